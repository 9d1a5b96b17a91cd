import { expect, test } from "vitest";
import { progressText } from "./progress-line.ts";

test("progress says how far it is, how fast and how long yet", () => {
  expect(progressText({ total: 40, done: 9, failed: 1, seconds: 2, unit: "images" })).toBe(
    "[######..................] 10/40  1 failed  5.0 images/s  6 s left",
  );
});

test("progress of bytes is in their unit, and an unknown total fills no bar", () => {
  expect(progressText({ total: 3, done: 1.5, failed: 0, seconds: 3, unit: "MB" })).toBe(
    "[############............] 1.5/3  0.5 MB/s  3 s left",
  );
  expect(progressText({ total: 0, done: 1.5, failed: 0, seconds: 3, unit: "MB" })).toContain("[....");
});

test("before the first picture ended nothing is guessed", () => {
  expect(progressText({ total: 4, done: 0, failed: 0, seconds: 0, unit: "images" })).toBe(
    "[........................] 0/4",
  );
});
