import { until } from "../../support/until.ts";
import type { Scenario } from "../scenario.ts";
import { ofConsumer } from "./half-open-consumer.ts";

export const wedgedConsumer: Scenario = {
  row: "Watchdog: a consumer that stays wedged (invariant 8)",
  name: "also new connections die as soon as a worker waits for jobs on them, until the workers end themselves",
  onlyLong: true,
  async play(arena) {
    const before = await Promise.all(arena.workers.map((worker) => worker.alive()));
    arena.fleet.lines.redis.swallow(ofConsumer);
    const startedAt = performance.now();
    const load = arena.load({ images: 40 });
    const codes: (number | null)[] = [];
    for (const life of before) void life.exited.then((code) => codes.push(code));
    await until(() => codes.length > 0, { what: "the end of a wedged worker", withinMs: 180_000 });
    const seconds = (performance.now() - startedAt) / 1_000;
    arena.fleet.lines.redis.heal();
    const rebuilt = before.some((life) => life.output().includes("building a new consumer"));
    if (codes[0] !== 1 || !rebuilt)
      throw new Error(`a worker ended with ${codes[0]}, a new consumer before: ${rebuilt}`);
    return `a new consumer first, then ended with 1 after ${seconds.toFixed(0)} s; ${await arena.settled(load)}`;
  },
};
