import { setTimeout as sleep } from "node:timers/promises";
import { withSetting } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const catalogFailover: Scenario = {
  row: "PostgreSQL: failover",
  name: "PostgreSQL takes no writes, as what was the primary does",
  play: (arena) =>
    arena.refusing("503 overloaded", arena.of(40, 240), () =>
      withSetting(arena, "default_transaction_read_only", "on", () => sleep(arena.of(4_000, 30_000))),
    ),
};
