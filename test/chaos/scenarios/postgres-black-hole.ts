import { blackHole } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogBlackHole: Scenario = {
  row: "PostgreSQL: away",
  name: "the line to PostgreSQL swallows everything",
  play: (arena) => arena.inMidRun(arena.of(40, 600), () => blackHole(arena, "postgres", arena.of(5, 30))),
};
