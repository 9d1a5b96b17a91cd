import { expect, test } from "vitest";
import { RecentCount } from "./recent-count.ts";

test("counts what lies in the asked-for seconds, and nothing older", () => {
  const recent = new RecentCount(300);
  for (const at of [1_000, 1_900, 59_000, 60_500]) recent.add(at);
  expect(recent.sum(60_900, 60)).toBe(4);
  expect(recent.sum(61_000, 60)).toBe(2);
  expect(recent.sum(60_900, 1)).toBe(1);
});

test("forgets what is older than it reaches, without being asked", () => {
  const recent = new RecentCount(10);
  recent.add(1_000);
  recent.add(11_000);
  expect(recent.sum(11_000, 10)).toBe(1);
  expect(recent.sum(500_000, 10)).toBe(0);
});
