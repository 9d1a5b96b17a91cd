import { inject } from "vitest";
import { AnswerCheck } from "./answer-check.ts";

/**
 * Runs before every suite: whatever the service answers to a `fetch` of a test must be what the OpenAPI document
 * says. An answer that is not rejects the `fetch`, so its test fails.
 */
const check = new AnswerCheck(inject("openapi"));
const plainFetch = globalThis.fetch;

globalThis.fetch = async (input, init) => {
  const answer = await plainFetch(input, init);
  const request = new Request(input, {
    method: init?.method ?? (input instanceof Request ? input.method : "GET"),
  });
  await check.look(request.method, new URL(request.url), answer);
  return answer;
};
