import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import { imageStatuses } from "../../image/status.ts";
import type { UseCases } from "../../resize/use-cases.ts";
import { imageSchema } from "../image-schema.ts";
import { imageView } from "../image-view.ts";
import { refuseFields } from "../no-fields.ts";
import { limited, pageOf, pageQuery, pageView } from "../page.ts";
import { noQuery, wholeNumber } from "../query.ts";

const tags = ["Images"];
const idParams = z.object({ id: z.string() });
/** Seconds that `?wait=` may hold an answer. */
const maxWait = 60;

/** Looking at images and changing their fate. */
export const imageRoutes: FastifyPluginAsyncZod<{ useCases: UseCases }> = async (app, { useCases }) => {
  const closing = new AbortController();
  app.addHook("preClose", async () => closing.abort());

  app.get(
    "/v1/images",
    {
      schema: {
        operationId: "listImages",
        summary: "List images, newest first",
        tags,
        querystring: z.strictObject({
          status: z.enum(imageStatuses).optional(),
          batchId: z.string().optional(),
          ...pageQuery,
        }),
        response: { 200: pageOf(imageSchema) },
      },
    },
    async ({ query }) => pageView(await useCases.listImages(limited(query)), imageView),
  );

  app.get(
    "/v1/images/:id",
    {
      config: { failures: ["not_found", "gone"] },
      schema: {
        operationId: "getImage",
        summary: "Look at an image",
        description: `\`?wait=\` holds the answer until the image is final, at most ${maxWait} seconds.`,
        tags,
        params: idParams,
        querystring: z.strictObject({ wait: wholeNumber(0, maxWait).optional() }),
        response: { 200: imageSchema },
      },
    },
    async ({ params, query }, reply) => {
      if (!query.wait) return imageView(await useCases.findImage(params.id));
      const gone = new AbortController();
      reply.raw.once("close", () => gone.abort());
      // A server that closes answers those who wait with what there is.
      const signal = AbortSignal.any([gone.signal, closing.signal]);
      return imageView(await useCases.waitForImage(params.id, query.wait * 1000, signal));
    },
  );

  app.post(
    "/v1/images/:id/retry",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found", "gone", "already_final"] },
      schema: {
        operationId: "retryImage",
        summary: "Try a failed or cancelled image again",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 202: imageSchema },
      },
    },
    async ({ params }, reply) => reply.code(202).send(imageView(await useCases.retryImage(params.id))),
  );

  app.post(
    "/v1/images/:id/cancel",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found", "gone", "already_final"] },
      schema: {
        operationId: "cancelImage",
        summary: "Cancel an image that is not final",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 200: imageSchema },
      },
    },
    async ({ params }) => imageView(await useCases.cancelImage(params.id)),
  );

  app.delete(
    "/v1/images/:id",
    {
      preHandler: refuseFields,
      config: { failures: ["not_found"] },
      schema: {
        operationId: "deleteImage",
        summary: "Delete an image, its original and its variants",
        tags,
        params: idParams,
        querystring: noQuery,
        response: { 204: z.undefined().describe("Deleted, now or before") },
      },
    },
    async ({ params }, reply) => {
      await useCases.deleteImage(params.id);
      return reply.code(204).send(undefined);
    },
  );
};
