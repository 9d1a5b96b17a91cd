import { postgresAway } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogAway: Scenario = {
  row: "PostgreSQL: away",
  name: "PostgreSQL is killed and away for 5 s (30 s in the long form)",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(40, 240), () => postgresAway(arena, arena.of(5, 30))),
};
