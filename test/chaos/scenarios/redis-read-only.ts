import { redisReadOnly } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisRefusesWrites: Scenario = {
  row: "Redis: READONLY",
  name: "Redis becomes a replica that takes no writes",
  play: (arena) =>
    arena.inMidRun(arena.of(20, 120), async () => {
      await redisReadOnly(arena, arena.of(4, 30));
      const refusals = String(await arena.fleet.redis.ask("INFO", "errorstats"));
      if (!/errorstat_READONLY:count=[1-9]/.test(refusals)) throw new Error("no write was refused");
    }),
};
