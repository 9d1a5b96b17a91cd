import { blackHole } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogBlackHole: Scenario = {
  row: "PostgreSQL: away",
  name: "the line to PostgreSQL swallows everything",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(40, 240), () => blackHole(arena, "postgres", arena.of(5, 30))),
};
