import { expect, test } from "vitest";
import { progressText } from "./progress-line.ts";

test("progress says how far it is, how fast and how long yet", () => {
  expect(progressText({ total: 40, done: 9, failed: 1, seconds: 2 })).toBe(
    "[######..................] 10/40  1 failed  5.0 images/s  6 s left",
  );
});

test("before the first picture ended nothing is guessed", () => {
  expect(progressText({ total: 4, done: 0, failed: 0, seconds: 0 })).toBe("[........................] 0/4");
});
