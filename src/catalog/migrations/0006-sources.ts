import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

/**
 * Originals that are fetched from an address. `images_waiting` is made anew with `fetch_at` among its columns: what
 * runs next is still answered from the index alone, and what is not fetched yet is not among it.
 */
export const sources = (): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable("images").addColumn("source_url", "text").execute();
    await db.schema.alterTable("images").addColumn("fetch_at", "bigint").execute();
    await db.schema.dropIndex("images_waiting").execute();
    await db.schema
      .createIndex("images_waiting")
      .on("images")
      .columns(["status", "priority", "id", "generation", "queued_at", "fetch_at", "deleted_at"])
      .where("status", "=", "queued")
      .where("deleted_at", "is", null)
      .execute();
    await db.schema
      .createIndex("images_to_fetch")
      .on("images")
      .columns(["status", "priority", "id", "generation", "fetch_at", "deleted_at"])
      .where("status", "=", "queued")
      .where(sql.ref("fetch_at"), "is not", null)
      .where("deleted_at", "is", null)
      .execute();
  },
});
