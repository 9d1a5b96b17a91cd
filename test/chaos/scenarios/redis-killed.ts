import { redisAway } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisKilled: Scenario = {
  row: "Redis: SIGKILL and restart",
  name: "Redis is killed in mid-run and comes back empty",
  play: (arena) => arena.inMidRun(arena.of(20, 120), () => redisAway(arena, 0)),
};
