import { describe, expect, it } from "vitest";
import { silentLogger } from "../logger.ts";
import { ConsumerWatchdog } from "./consumer-watchdog.ts";

/** A watchdog of zero patience beside a consumer whose figures the test sets: one look is one interval. */
function watch(figures: { taken: number; freeHands: number; waiting: number | Error }) {
  const acts: string[] = [];
  const consumer = {
    get taken() {
      return figures.taken;
    },
    get freeHands() {
      return figures.freeHands;
    },
    async waiting() {
      if (figures.waiting instanceof Error) throw figures.waiting;
      return figures.waiting;
    },
    rebuild: () => acts.push("rebuild"),
  };
  const watchdog = new ConsumerWatchdog(consumer, {
    timings: { everyMs: 1_000, stuckAfterMs: 0 },
    logger: silentLogger(),
    onWedged: () => acts.push("wedged"),
  });
  return { acts, figures, look: () => watchdog.look() };
}

describe("invariant 8: the watchdog of a consumer that is wedged", () => {
  it("builds it anew when jobs wait beside free hands, and gives up when that did not help", async () => {
    const { acts, look } = watch({ taken: 0, freeHands: 1, waiting: 5 });
    await look();
    expect(acts).toEqual(["rebuild"]);
    await look();
    expect(acts).toEqual(["rebuild", "wedged"]);
  });

  it("starts over when the new consumer takes jobs", async () => {
    const { acts, figures, look } = watch({ taken: 0, freeHands: 1, waiting: 5 });
    await look();
    figures.taken = 1;
    await look();
    expect(acts).toEqual(["rebuild"]);
    await look();
    expect(acts).toEqual(["rebuild", "rebuild"]);
  });

  it("leaves a consumer alone that is busy, paused, idle, or cut off from Redis", async () => {
    for (const figures of [
      { taken: 0, freeHands: 0, waiting: 5 },
      { taken: 0, freeHands: 1, waiting: 0 },
      { taken: 0, freeHands: 1, waiting: new Error("Redis is away.") },
    ]) {
      const { acts, look } = watch(figures);
      await look();
      await look();
      expect(acts).toEqual([]);
    }
  });

  it("waits its time before it acts", async () => {
    const acts: string[] = [];
    const watchdog = new ConsumerWatchdog(
      { taken: 0, freeHands: 1, waiting: async () => 5, rebuild: () => acts.push("rebuild") },
      { timings: { everyMs: 1_000, stuckAfterMs: 60_000 }, logger: silentLogger(), onWedged: () => {} },
    );
    await watchdog.look();
    await watchdog.look();
    expect(acts).toEqual([]);
  });
});
