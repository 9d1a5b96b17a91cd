import { beforeEach, expect, test } from "vitest";
import { formatBytes, formatLimit, formatSaving, formatSides } from "./figures.ts";
import { language } from "./words.ts";

beforeEach(() => {
  language.value = "en";
});

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1 kB"],
  [15_687, "15.7 kB"],
  [999_499, "999 kB"],
  [999_500, "1 MB"],
  [3_240_114, "3.24 MB"],
  [64_000_000_000, "64 GB"],
])("%d bytes read as %s", (bytes, shown) => {
  expect(formatBytes(bytes)).toBe(shown);
});

test.each([
  [3_240_114, 15_687, "99.5 % smaller"],
  [10_000_000, 100, "99.9 % smaller"],
  [1000, 250, "75 % smaller"],
  [1000, 946, "5.4 % smaller"],
  [1000, 1120, "12 % larger"],
  [1000, 3000, "200 % larger"],
  [1000, 1000, "the same size"],
])("from %d to %d bytes is %s", (before, after, shown) => {
  expect(formatSaving(before, after)).toBe(shown);
});

test("an empty original has no share to compare with", () => {
  expect(formatSaving(0, 10)).toBeNull();
});

test("sides are shown width first", () => {
  expect(formatSides({ width: 4000, height: 3000 })).toBe("4000×3000");
});

test("figures are written as the language of the page writes them", () => {
  language.value = "id";
  expect(formatBytes(15_687)).toBe("15,7 kB");
  expect(formatSaving(1000, 946)).toBe("5,4 % lebih kecil");
});

test("a limit that was set in MiB is told as it was set too", () => {
  expect([formatLimit(64 * 2 ** 20), formatLimit(5_000_000)]).toEqual(["67.1 MB (64 MiB)", "5 MB"]);
});
