import { postgresAway } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogAway: Scenario = {
  row: "PostgreSQL: away",
  name: "PostgreSQL is killed and away for 5 s (30 s in the long form)",
  play: (arena) => arena.inMidRun(arena.of(40, 600), () => postgresAway(arena, arena.of(5, 30))),
};
