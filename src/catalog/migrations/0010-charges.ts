import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

/** What single uploads that wait put off those behind them. Of what waits already nobody is put off. */
export const charges = (): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable("images").addColumn("charge", "integer").execute();
    await db.schema
      .createIndex("images_single")
      .on("images")
      .columns(["status", "turn", "charge", "deleted_at"])
      .where("status", "=", "queued")
      .where(sql.ref("charge"), "is not", null)
      .where("deleted_at", "is", null)
      .execute();
  },
});
