import { expect, test } from "vitest";
import { shareLines, workerShares } from "./worker-shares.ts";

test("the bar of the worker that made most is full, the others are in proportion", () => {
  const makers = [...Array(10).fill("worker-10"), ...Array(5).fill("worker-2"), "worker-1"];
  expect(shareLines(workerShares(makers, []))).toEqual([
    "worker-1   ██                     1 (6 %)",
    "worker-2   ██████████             5 (31 %)",
    "worker-10  ████████████████████  10 (63 %)",
  ]);
});

test("a worker that lives and made nothing is shown with nothing", () => {
  expect(workerShares(["a"], ["a", "b"])).toEqual([
    { name: "a", images: 1, share: 1 },
    { name: "b", images: 0, share: 0 },
  ]);
  expect(shareLines(workerShares([], ["b"]))).toEqual([`b  ${" ".repeat(20)}  0 (0 %)`]);
});

test("a small share is still seen", () => {
  const [small] = shareLines(workerShares(["a", ...Array(500).fill("b")], []));
  expect(small).toMatch(/^a {2}█ {21} {2}1 \(0 %\)$/);
});
