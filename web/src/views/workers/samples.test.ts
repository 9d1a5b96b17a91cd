import { expect, test } from "vitest";
import { chartPaths, type Sample, withSample } from "./samples.ts";

const minutes = 60_000;
const box = { width: 300, height: 60, now: 5 * minutes };

test("a figure is drawn at its time and its height", () => {
  const samples = [290_000, 300_000].map((at, index) => ({ at, value: index * 50 }));
  const { line, area, top } = chartPaths([{ at: 0, value: 0 }, ...samples], box);
  expect(top).toBe(50);
  expect(line).toBe("M0 60M290 60L300 0");
  expect(area).toBe("M0 60L0 60L0 60ZM290 60L290 60L300 0L300 60Z");
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
  for (let at = 0; at < 20 * minutes; at += 2_000) samples = withSample(samples, { at, value: 1 });
  expect(samples.length).toBe((5 * minutes) / 2_000 + 1);
});

test("without samples nothing is drawn", () => {
  expect(chartPaths([], box)).toEqual({ line: "", area: "", top: 5, spanMs: minutes });
});

test("the chart reaches as far back as was looked, a minute at least", () => {
  const span = (first: number) => chartPaths([{ at: first, value: 1 }], box).spanMs;
  expect([295_000, 120_000, 0].map(span)).toEqual([minutes, 3 * minutes, 5 * minutes]);
});
