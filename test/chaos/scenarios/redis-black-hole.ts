import { blackHole } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisBlackHole: Scenario = {
  row: "Redis: black hole without a reset",
  name: "the line to Redis swallows everything for 8 s (60 s in the long form)",
  play: (arena) =>
    arena.inMidRun(arena.of(20, 120), async () => {
      await blackHole(arena, "redis", arena.of(8, 60));
      if ((await arena.rows.unfinished()) === 0) throw new Error("nothing was held up by the black hole");
    }),
};
