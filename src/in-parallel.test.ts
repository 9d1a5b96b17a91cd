import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { inParallel } from "./in-parallel.ts";

it("runs several at a time and never more, and keeps the order of the results", async () => {
  let running = 0;
  let most = 0;
  const results = await inParallel([30, 5, 20, 1, 10], 3, async (ms) => {
    most = Math.max(most, ++running);
    await sleep(ms);
    running -= 1;
    return ms * 2;
  });
  expect(results).toEqual([60, 10, 40, 2, 20]);
  expect(most).toBe(3);
  expect(await inParallel([], 3, async () => 1)).toEqual([]);
});

it("begins nothing more after a failure, and waits for what runs before it tells", async () => {
  const ended: number[] = [];
  const work = async (item: number) => {
    await sleep(item === 1 ? 5 : 40);
    if (item === 1) throw new Error("one");
    ended.push(item);
  };
  await expect(inParallel([0, 1, 2, 3], 2, work)).rejects.toThrow("one");
  expect(ended).toEqual([0]);
});
