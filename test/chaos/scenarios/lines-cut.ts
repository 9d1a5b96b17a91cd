import { linesCut } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const linesBroken: Scenario = {
  row: "Redis and PostgreSQL: resets",
  name: "every connection is reset in mid-run",
  play: (arena) => arena.inMidRun(arena.of(20, 240), () => linesCut(arena)),
};
