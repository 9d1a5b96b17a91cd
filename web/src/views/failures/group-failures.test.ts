import { expect, test } from "vitest";
import type { Image } from "../../api/call.ts";
import { groupFailures } from "./group-failures.ts";

const failed = (id: string, code: string | null, original: object | null = {}) =>
  ({ id, status: "failed", original, error: code && { code, message: "", retryable: true } }) as Image;

test("failures are grouped by their reason, the most frequent first", () => {
  const groups = groupFailures([
    failed("a", "corrupt_image"),
    failed("b", "engine_timeout"),
    failed("c", "engine_timeout"),
  ]);
  expect(groups.map(({ code, images }) => [code, images.map(({ id }) => id)])).toEqual([
    ["engine_timeout", ["b", "c"]],
    ["corrupt_image", ["a"]],
  ]);
});

test("only what was kept, or has an address, can be tried again", () => {
  const [group] = groupFailures([failed("a", "file_too_large", null), failed("b", "file_too_large")]);
  expect(group?.retryable.map(({ id }) => id)).toEqual(["b"]);
  expect(groupFailures([failed("a", "source_unreachable", null)])[0]?.retryable).toHaveLength(1);
});

test("a failure without a reason is one of the service", () => {
  expect(groupFailures([failed("a", null)])[0]?.code).toBe("internal_error");
});
