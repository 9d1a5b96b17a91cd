import { redisReadOnly } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisRefusesWrites: Scenario = {
  row: "Redis: READONLY",
  name: "Redis becomes a replica that takes no writes",
  play: (arena) => arena.inMidRun(arena.of(40, 120), () => redisReadOnly(arena, arena.of(4, 30))),
};
