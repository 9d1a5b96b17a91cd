import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import { withSetting } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const serialisationFailures: Scenario = {
  row: "PostgreSQL: serialisation failures",
  name: "transactions are serializable and fail each other while images are worked on",
  async play(arena) {
    const load = arena.load({ images: arena.of(40, 240), parallel: 8 });
    const before = await rollbacks(arena);
    await withSetting(arena, "default_transaction_isolation", "serializable", () => load.done);
    // The server writes its statistics down a little later.
    const met = async () => (await rollbacks(arena)) > before;
    await until(met, { what: "a transaction that was rolled back", withinMs: 20_000 });
    return `${(await rollbacks(arena)) - before} rolled back; ${await arena.settled(load)}`;
  },
};

async function rollbacks({ fleet }: Arena): Promise<number> {
  const client = await fleet.postgres.client(fleet.catalogUrl);
  const { rows } = await client.query(
    "select xact_rollback::int as count from pg_stat_database where datname = current_database()",
  );
  await client.end();
  return Number(rows[0]?.count);
}
