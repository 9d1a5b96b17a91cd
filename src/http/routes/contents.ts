import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { UseCases } from "../../resize/use-cases.ts";
import { sendContent } from "../content.ts";
import { contentTag } from "../image-view.ts";
import { flag } from "../query.ts";

const tags = ["Contents"];

interface Options {
  readonly useCases: UseCases;
  /** Whether caches between us and the client may keep variants too. */
  readonly visibility: "public" | "private";
}

const response = {
  200: { description: "The bytes", content: { "image/*": { schema: z.unknown() } } },
  304: z.undefined().describe("Not changed since `If-None-Match`"),
  206: { description: "The asked-for range", content: { "image/*": { schema: z.unknown() } } },
};

/** The bytes of originals and variants. */
export const contentRoutes: FastifyPluginAsyncZod<Options> = async (app, { useCases, visibility }) => {
  const forEver = `${visibility}, max-age=31536000, immutable`;
  app.route({
    method: ["GET", "HEAD"],
    url: "/v1/images/:id/original",
    exposeHeadRoute: false,
    config: {
      failures: [
        "not_found",
        "not_ready",
        "gone",
        "precondition_failed",
        "range_not_satisfiable",
        "original_missing",
      ],
    },
    schema: {
      operationId: "getOriginal",
      summary: "Download the original, as it came",
      tags,
      params: z.object({ id: z.string() }),
      querystring: z.strictObject({ download: flag }),
      response,
    },
    handler: async (request, reply) =>
      sendContent(request, reply, await useCases.findOriginal(request.params.id), {
        // It may be deleted at any time and is nobody's page: asked for anew each time, by its tag.
        cacheControl: "private, no-cache",
        disposition: "attachment",
        contentSecurityPolicy: "default-src 'none'; sandbox",
      }),
  });

  app.route({
    method: ["GET", "HEAD"],
    url: "/v1/images/:id/variants/:name",
    exposeHeadRoute: false,
    config: { failures: ["not_found", "not_ready", "gone", "precondition_failed", "range_not_satisfiable"] },
    schema: {
      operationId: "getVariant",
      summary: "Get a variant",
      tags,
      params: z.object({ id: z.string(), name: z.string() }),
      querystring: z.strictObject({
        download: flag,
        v: z
          .string()
          .max(64)
          .optional()
          .describe("The beginning of the content's hash, as in the image's `url`"),
      }),
      response,
    },
    handler: async (request, reply) => {
      const { id, name } = request.params;
      const { v, download } = request.query;
      const content = await useCases.findVariant(id, name);
      const isStale = v !== undefined && v !== contentTag(content.sha256);
      return sendContent(request, reply, content, {
        // The address of an earlier content must not pin the present one.
        cacheControl: isStale ? "no-cache" : forEver,
        disposition: download === undefined ? "inline" : "attachment",
      });
    },
  });
};
