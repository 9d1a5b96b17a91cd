import { expect, test } from "vitest";
import { failureOfAnswer, passes } from "./upload-failure.ts";

const told = (status: number, code: string) => failureOfAnswer(status, JSON.stringify({ code }));

test.each([
  [409, "upload_offset_conflict"],
  [423, "upload_locked"],
  [503, "overloaded"],
  [429, "rate_limited"],
])("%i %s passes", (status, code) => {
  expect(passes(told(status, code))).toBe(true);
});

test.each([
  [409, "already_final"],
  [410, "gone"],
  [400, "invalid_request"],
  [401, "unauthorized"],
])("%i %s stays", (status, code) => {
  expect(passes(told(status, code))).toBe(false);
});

test("where no answer came, one may come later", () => {
  expect(passes(failureOfAnswer(0, ""))).toBe(true);
  expect(passes(failureOfAnswer(undefined, undefined))).toBe(true);
});
