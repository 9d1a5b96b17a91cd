import { expect, test } from "vitest";
import { eachOf } from "./each-of.ts";

test("each is acted on once, a few at a time, past those that fail", async () => {
  let running = 0;
  let most = 0;
  const seen: number[] = [];
  const result = await eachOf([...Array(50).keys()], async (item) => {
    running += 1;
    most = Math.max(most, running);
    await Promise.resolve();
    running -= 1;
    seen.push(item);
    if (item % 10 === 3) throw new Error(`no ${item}`);
  });
  expect(seen.sort((a, b) => a - b)).toEqual([...Array(50).keys()]);
  expect(most).toBe(4);
  expect(result).toEqual({ failed: 5, reason: new Error("no 3") });
});
