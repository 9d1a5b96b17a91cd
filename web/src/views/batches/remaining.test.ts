import { expect, test } from "vitest";
import { Pace } from "./remaining.ts";

/** Notes `ended(second)` at each second from `from` to `to`. */
function watched(from: number, to: number, ended: (second: number) => number, pace = new Pace()): Pace {
  for (let second = from; second <= to; second++) pace.note(ended(second), second * 1000);
  return pace;
}

test("a steady pace gives the time that it gives", () => {
  const pace = watched(0, 30, (second) => second * 10);
  expect(pace.estimate(600, 30_000)).toEqual({ kind: "between", fromMs: 60_000, toMs: 60_000 });
});

test("a pace that changes gives the span between the near past and the longer one", () => {
  const pace = watched(0, 40, (second) => second * 10);
  watched(41, 60, (second) => 400 + (second - 40) * 2, pace);
  const estimate = pace.estimate(120, 60_000);
  if (estimate.kind !== "between") throw new Error(estimate.kind);
  expect(estimate.fromMs).toBeGreaterThan(15_000);
  expect(estimate.fromMs).toBeLessThan(20_000);
  expect(estimate.toMs).toBeGreaterThan(50_000);
});

test("nothing is claimed from too little", () => {
  expect(new Pace().estimate(10, 0)).toEqual({ kind: "unknown" });
  expect(watched(0, 1, (second) => second * 100).estimate(10, 1_000)).toEqual({ kind: "unknown" });
  expect(watched(0, 10, (second) => (second > 5 ? 2 : 0)).estimate(10, 10_000)).toEqual({ kind: "unknown" });
});

test("when nothing ends any more, that is said, and for how long", () => {
  const pace = watched(0, 30, (second) => Math.min(second, 10) * 10);
  expect(pace.estimate(50, 30_000)).toMatchObject({ kind: "between" });
  expect(pace.estimate(50, 35_000)).toEqual({ kind: "stalled", forMs: 25_000 });
});

test("images that take minutes are no standstill", () => {
  const pace = watched(0, 100, (second) => Math.floor(second / 10));
  expect(pace.estimate(50, 125_000)).toMatchObject({ kind: "between" });
});

test("a batch that is tried again begins anew", () => {
  const pace = watched(0, 30, (second) => second * 10);
  pace.note(250, 31_000);
  expect(pace.estimate(50, 31_500)).toEqual({ kind: "unknown" });
});

test("what was long ago counts for nothing", () => {
  const pace = watched(0, 100, (second) => second * 100);
  watched(101, 400, (second) => 10_000 + (second - 100), pace);
  expect(pace.estimate(60, 400_000)).toEqual({ kind: "between", fromMs: 60_000, toMs: 60_000 });
});
