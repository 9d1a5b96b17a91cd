import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { Answered, RequestKey } from "../resize/answer-once.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** It was answered before, and is answered the same again. */
    isReplay: boolean;
  }
}

/** In the OpenAPI document, for the routes that ask `requestKey`. */
export const idempotencyHeaders = z.looseObject({
  "idempotency-key": z
    .string()
    .min(1)
    .max(255)
    .optional()
    .describe(
      "The same key and request are answered for 24 hours as the first was, with `Idempotent-Replay: true`; " +
        "another request under the same key gets 409 `idempotency_conflict`.",
    ),
});

/** Says in the answer that it was given before. */
export function installIdempotency(app: FastifyInstance): void {
  app.decorateRequest("isReplay", false);
  app.addHook("onSend", async (request, reply) => {
    if (request.isReplay) reply.header("idempotent-replay", "true");
  });
}

/** The request's key, if it has one; its route has `idempotencyHeaders`, which refuse a bad one before the body. */
export function requestKey({ headers, client: owner, routeOptions }: FastifyRequest): RequestKey | undefined {
  const { "idempotency-key": text } = headers;
  return typeof text === "string" ? { owner, text, route: routeOptions.url ?? "" } : undefined;
}

/** The answer itself; the request remembers whether it is a new one. */
export function noteReplay<T>(request: FastifyRequest, { answer, isReplay }: Answered<T>): T {
  request.isReplay = isReplay;
  return answer;
}
