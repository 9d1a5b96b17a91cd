import { redisAway } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const redisGone: Scenario = {
  row: "Redis: away",
  name: "Redis is away for 4 s (25 s in the long form); uploads go on, and readiness names the queue",
  play: (arena) =>
    arena.inMidRun(arena.of(20, 120), async (load) => {
      const away = redisAway(arena, arena.of(4, 25));
      await load.reached(load.accepted.size + 1);
      const readiness = await fetch(`${arena.url}/readyz`);
      const words = await readiness.text();
      await away;
      if (readiness.status !== 503 || !words.includes("queue")) throw new Error(`/readyz said ${words}`);
      if (load.refused.size > 0) throw new Error(`uploads were refused: ${[...load.refused.keys()]}`);
    }),
};
