import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

/** Whose API key an image, a batch or a delivery came with: each client has a webhook secret of its own. */
export const clients = (): Migration => ({
  async up(db: Kysely<Tables>) {
    for (const table of ["images", "batches", "deliveries"]) {
      await db.schema.alterTable(table).addColumn("client", "text").execute();
    }
  },
});
