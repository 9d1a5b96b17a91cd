import type { FastifyRequest } from "fastify";
import { z } from "zod";
import type { RequestKey } from "../resize/answer-once.ts";

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

/** The request's key, if it has one; its route has `idempotencyHeaders`, which refuse a bad one before the body. */
export function requestKey({ headers, client: owner, routeOptions }: FastifyRequest): RequestKey | undefined {
  const { "idempotency-key": text } = headers;
  return typeof text === "string" ? { owner, text, route: routeOptions.url ?? "" } : undefined;
}
