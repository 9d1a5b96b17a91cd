import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import { busyWorker, processFrozen } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const workerFrozen: Scenario = {
  row: "SIGSTOP a worker past its lock, then SIGCONT",
  name: "a worker is frozen until others have its image, and then goes on",
  play: (arena) =>
    arena.inMidRun(arena.of(40, 240), async () => {
      // It may have put its image down in the moment of the signal.
      while (!(await frozenWithAnImage(arena)));
    }),
};

async function frozenWithAnImage(arena: Arena): Promise<boolean> {
  const worker = await busyWorker(arena);
  const life = await worker.alive();
  let count = 0;
  await processFrozen(worker, async () => {
    const held = await arena.rows.images(`status = 'processing' and worker = '${worker.name}'`);
    count = held.length;
    const taken = async () => {
      const now = new Map((await arena.rows.images()).map((row) => [row.id, row.attempt]));
      return held.every(({ id, attempt }) => (now.get(id) ?? 0) > attempt);
    };
    await until(taken, { what: "a new claim of what the frozen worker holds", withinMs: 90_000 });
  });
  await until(() => worker.current === life, { what: "the thawed worker, alive" });
  if (count === 0) return false;
  const isDropped = () => /attempt dropped|late result dropped/.test(life.output());
  await until(isDropped, { what: "a line about the attempt that came too late", withinMs: 60_000 });
  return true;
}
