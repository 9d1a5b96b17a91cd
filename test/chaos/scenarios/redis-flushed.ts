import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import { redisEmptied } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisFlushed: Scenario = {
  row: "Redis: FLUSHALL",
  name: "Redis is emptied in mid-run",
  play: (arena) =>
    arena.inMidRun(arena.of(20, 120), async () => {
      await until(() => holdsJobs(arena), { what: "a job that waits in Redis", withinMs: 60_000 });
      await redisEmptied(arena);
    }),
};

async function holdsJobs({ fleet }: Arena): Promise<boolean> {
  return Number(await fleet.redis.ask("ZCARD", "pixmill:images:prioritized")) > 0;
}
