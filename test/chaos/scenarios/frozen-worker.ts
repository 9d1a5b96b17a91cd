import { until } from "../../support/until.ts";
import { busyWorker, processFrozen } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const workerFrozen: Scenario = {
  row: "SIGSTOP a worker past its lock, then SIGCONT",
  name: "a worker is frozen until others have its image, and then goes on",
  play: (arena) =>
    arena.inMidRun(arena.of(40, 400), async () => {
      const worker = await busyWorker(arena);
      const life = await worker.alive();
      await processFrozen(worker, async () => {
        const held = await arena.rows.images(`status = 'processing' and worker = '${worker.name}'`);
        const taken = async () => {
          const now = new Map((await arena.rows.images()).map((row) => [row.id, row.attempt]));
          return held.every(({ id, attempt }) => (now.get(id) ?? 0) > attempt);
        };
        await until(taken, { what: "a new claim of what the frozen worker holds", withinMs: 90_000 });
      });
      await until(() => worker.current === life, { what: "the thawed worker, alive" });
    }),
};
