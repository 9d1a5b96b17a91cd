import { withSetting } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const serialisationFailures: Scenario = {
  row: "PostgreSQL: serialisation failures",
  name: "transactions are serializable and fail each other while images are worked on",
  async play(arena) {
    const load = arena.load({ images: arena.of(40, 600), parallel: 8 });
    await withSetting(arena, "default_transaction_isolation", "serializable", () => load.done);
    return await arena.settled(load);
  },
};
