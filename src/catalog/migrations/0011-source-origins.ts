import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

/** Whose server a source lies on: what is to be fetched is found without what waits for a slow one. */
export const sourceOrigins = (): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable("images").addColumn("source_origin", "text").execute();
    await db.schema.dropIndex("images_to_fetch").execute();
    await db.schema
      .createIndex("images_to_fetch")
      .on("images")
      .columns(["status", "turn", "id", "generation", "fetch_at", "deleted_at", "batch_id", "source_origin"])
      .where("status", "=", "queued")
      .where(sql.ref("fetch_at"), "is not", null)
      .where("deleted_at", "is", null)
      .execute();
  },
});
