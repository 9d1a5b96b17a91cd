import type { FastifyRequest } from "fastify";
import type { FastifyPluginAsyncZod } from "fastify-type-provider-zod";
import { z } from "zod";
import type { ApiKeys } from "../../api-keys.ts";
import { PixmillError } from "../../errors.ts";
import type { Authentication } from "../authentication.ts";
import { refusalOf } from "../invalid-fields.ts";
import { noQuery } from "../query.ts";
import { sessionCookie } from "../session-cookie.ts";

const bodySchema = z
  .strictObject({ key: z.string("must be an API key").min(1, "must be an API key").max(1000) })
  .meta({ examples: [{ key: "one of PIXMILL_API_KEYS" }] });

interface Options {
  readonly keys: ApiKeys;
  readonly authentication: Authentication;
}

/** For pages: pictures and event streams are loaded by the browser, which sends a cookie and no `Authorization`. */
export const sessionRoutes: FastifyPluginAsyncZod<Options> = async (app, { keys, authentication }) => {
  const shared = { tags: ["Session"], querystring: noQuery, security: [] };

  app.post(
    "/v1/session",
    {
      config: { open: true, alone: true, failures: ["unauthorized", "rate_limited"] },
      schema: {
        ...shared,
        operationId: "openSession",
        summary: "Open a session with an API key",
        description:
          "Answers with a cookie that is accepted for twelve hours; with none where no key is needed.",
        body: bodySchema,
        response: { 204: z.undefined().describe("The session is open") },
      },
    },
    async (request, reply) => {
      const { key } = bodyOf(request);
      if (keys.required) {
        authentication.checkKey(key, request.ip);
        const token = keys.openSession(key);
        if (token === undefined) throw new PixmillError("unauthorized");
        reply.header("set-cookie", sessionCookie(token, { secure: isSecure(request) }));
      }
      return reply.code(204).send(undefined);
    },
  );

  app.delete(
    "/v1/session",
    {
      config: { open: true, alone: true },
      schema: {
        ...shared,
        operationId: "endSession",
        summary: "End the session of this browser",
        response: { 204: z.undefined().describe("There is no session, now or before") },
      },
    },
    async (request, reply) =>
      reply
        .code(204)
        .header("set-cookie", sessionCookie("", { secure: isSecure(request) }))
        .send(undefined),
  );
};

function bodyOf({ body }: FastifyRequest): z.output<typeof bodySchema> {
  const result = bodySchema.safeParse(body ?? {});
  if (result.success) return result.data;
  throw refusalOf(result.error, { schema: bodySchema, code: "invalid_request" });
}

/** A proxy's word is enough here: who forges it only keeps the cookie from being sent back in the clear. */
function isSecure({ protocol, headers }: FastifyRequest): boolean {
  return protocol === "https" || /^https\b/i.test(String(headers["x-forwarded-proto"] ?? ""));
}
