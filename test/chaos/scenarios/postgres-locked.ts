import { catalogLocked } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

/** More than the API's ten connections. */
const parallel = 24;

export const catalogExhausted: Scenario = {
  row: "PostgreSQL: pool exhausted",
  name: "all connections wait behind a lock, and more uploads come than there are connections",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(90, 240), () => catalogLocked(arena, arena.of(5, 30)), {
      parallel,
    }),
};
