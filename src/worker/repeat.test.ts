import { expect, it, vi } from "vitest";
import { repeat } from "./repeat.ts";

it("goes on after a run that hangs, and tells of it", async () => {
  const failures: unknown[] = [];
  let runs = 0;
  const run = () => {
    runs += 1;
    return runs === 1 ? new Promise<void>(() => {}) : Promise.resolve();
  };
  const repetition = repeat({ everyMs: 1, lateMs: 20, run, failed: (error) => failures.push(error) });
  await vi.waitFor(() => expect(runs).toBeGreaterThan(2), { timeout: 10_000 });
  repetition.stop();
  expect(failures.map(String)).toEqual(["Error: no end after 0.02 s"]);
});
