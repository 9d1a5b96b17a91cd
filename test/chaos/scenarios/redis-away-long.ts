import { redisAway } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisLongGone: Scenario = {
  row: "Redis: away",
  name: "Redis is away for ten minutes",
  onlyLong: true,
  play: (arena) => arena.inMidRun(200, () => redisAway(arena, 600)),
};
