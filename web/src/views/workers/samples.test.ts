import { expect, test } from "vitest";
import { chartPaths, type Sample, spanMs, withSample } from "./samples.ts";

const box = { width: 300, height: 60, now: spanMs };

test("a figure is drawn at its time and its height", () => {
  const { line, area, top } = chartPaths(
    [
      { at: spanMs - 10_000, value: 0 },
      { at: spanMs, value: 50 },
    ],
    box,
  );
  expect(top).toBe(50);
  expect(line).toBe("M290 60L300 0");
  expect(area).toBe("M290 60L290 60L300 0L300 60Z");
});

test("the scale goes up in steps that people can read", () => {
  const top = (value: number) => chartPaths([{ at: 0, value }], box).top;
  expect([0, 3, 6, 11, 50, 51, 999].map(top)).toEqual([5, 5, 10, 20, 50, 100, 1000]);
});

test("nothing is drawn through a time in which nobody looked", () => {
  const samples = [0, 2_000, 60_000, 62_000].map((at) => ({ at, value: 1 }));
  expect(chartPaths(samples, box).line.match(/M/g)).toHaveLength(2);
});

test("samples that are too old go, so that a page that is open for a week stays small", () => {
  let samples: readonly Sample[] = [];
  for (let at = 0; at < 4 * spanMs; at += 2_000) samples = withSample(samples, { at, value: 1 });
  expect(samples.length).toBe(spanMs / 2_000 + 1);
});

test("without samples nothing is drawn", () => {
  expect(chartPaths([], box)).toEqual({ line: "", area: "", top: 5 });
});
