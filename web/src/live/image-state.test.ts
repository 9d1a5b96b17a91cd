import { expect, test } from "vitest";
import type { Image, ImageStatus } from "../api/call.ts";
import { canRetry } from "./image-state.ts";

const image = (status: ImageStatus, original: object | null, code = "corrupt_image") =>
  ({ status, original, error: { code, message: "", retryable: false } }) as Image;

test("what was kept, or has an address, can be tried again once it is over", () => {
  expect(canRetry(image("failed", {}))).toBe(true);
  expect(canRetry(image("failed", null))).toBe(false);
  expect(canRetry(image("failed", null, "source_unreachable"))).toBe(true);
  expect(canRetry(image("cancelled", null))).toBe(true);
  expect(canRetry(image("processing", {}))).toBe(false);
  expect(canRetry(image("done", {}))).toBe(false);
});
