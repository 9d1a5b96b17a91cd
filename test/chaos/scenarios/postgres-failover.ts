import { catalogReadOnly } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogFailover: Scenario = {
  row: "PostgreSQL: failover",
  name: "PostgreSQL takes no writes, as what was the primary does",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(40, 240), () => catalogReadOnly(arena, arena.of(4, 30))),
};
