import { redisEmptied } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisFlushed: Scenario = {
  row: "Redis: FLUSHALL",
  name: "Redis is emptied in mid-run",
  play: (arena) => arena.inMidRun(arena.of(40, 600), () => redisEmptied(arena)),
};
