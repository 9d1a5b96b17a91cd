import { setTimeout as sleep } from "node:timers/promises";
import type { Arena } from "../arena.ts";
import { withSetting } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

/** Ten of each process, and as many for commits that stand. */
const mostOfProcess = 20;

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
        const connections = await connectionsOf(arena);
        if (connections > mostOfProcess * arena.processes.length)
          throw new Error(`${connections} connections were open`);
      }),
    ),
};

/** Those that the server holds, also for who has long closed his end. */
async function connectionsOf({ fleet }: Arena): Promise<number> {
  const client = await fleet.postgres.client(fleet.catalogUrl);
  const { rows } = await client.query("select pid from pg_stat_activity where application_name = 'pixmill'");
  await client.end();
  return rows.length;
}
