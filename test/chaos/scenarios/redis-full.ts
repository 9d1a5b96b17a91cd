import { redisFull } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisAtItsLimit: Scenario = {
  row: "Redis: maxmemory",
  name: "Redis is at its maxmemory and takes nothing",
  play: (arena) => arena.inMidRun(arena.of(40, 600), () => redisFull(arena, arena.of(4, 30))),
};
