import { expect, test } from "vitest";
import { createPace } from "./remaining-time.ts";

test("at a steady pace the rest takes as long as the rest is large", () => {
  const pace = createPace();
  let told: number | null = null;
  for (let second = 0; second <= 5; second += 1) told = pace.remaining(second * 10, 100, second * 1000);
  expect(told).toBe(5000);
});

test("nothing is said before there is something to go by", () => {
  const pace = createPace();
  expect(pace.remaining(0, 100, 0)).toBeNull();
  expect(pace.remaining(50, 100, 500)).toBeNull();
});

test("work that stands still is not promised an end", () => {
  const pace = createPace();
  for (const at of [0, 10_000, 30_000, 60_000]) pace.remaining(10, 100, at);
  expect(pace.remaining(10, 100, 90_000)).toBeNull();
});

test("an old pace is forgotten", () => {
  const pace = createPace();
  for (let second = 0; second <= 60; second += 1) pace.remaining(second, 1000, second * 1000);
  let told: number | null = null;
  for (let second = 61; second <= 100; second += 1) {
    told = pace.remaining(60 + (second - 60) * 10, 1000, second * 1000);
  }
  expect(told).toBeCloseTo(54_000, -3);
});

test("work that is taken back begins a new reckoning", () => {
  const pace = createPace();
  for (let second = 0; second <= 5; second += 1) pace.remaining(second * 10, 100, second * 1000);
  expect(pace.remaining(20, 100, 6000)).toBeNull();
});
