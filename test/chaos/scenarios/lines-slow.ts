import { linesSlow } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const linesLate: Scenario = {
  row: "Redis and PostgreSQL: slow",
  name: "every packet takes 100 ms longer",
  play: (arena) => arena.inMidRun(arena.of(20, 200), () => linesSlow(arena, arena.of(4, 30))),
};
