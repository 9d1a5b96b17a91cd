import { setTimeout as sleep } from "node:timers/promises";
import { withSetting } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const standbyAway: Scenario = {
  row: "PostgreSQL: a synchronous standby is away",
  name: "every commit waits for a standby that is not there",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(24, 240), () =>
      withSetting(arena, "synchronous_standby_names", "nobody", async () => {
        await sleep(arena.of(3_500, 30_000));
        // What the sweep asks before it takes an original for nobody's.
        const isConfirmed = await arena.catalog.confirmCommits().then(
          () => true,
          () => false,
        );
        if (isConfirmed) throw new Error("commits were said to come through");
      }),
    ),
};
