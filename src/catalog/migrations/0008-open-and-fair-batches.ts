import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

/** Batches that are added to, that tell of their end until it was told, and that can be deleted; and turns. */
export const openAndFairBatches = (): Migration => ({
  async up(db: Kysely<Tables>) {
    for (const column of ["closes_at", "announced_at", "deleted_at"]) {
      await db.schema.alterTable("batches").addColumn(column, "bigint").execute();
    }
    for (const column of ["preset_version", "transforms"]) {
      await db.schema.alterTable("batches").addColumn(column, "text").execute();
    }
    for (const column of ["generation", "virtual_finish"]) {
      await db.schema
        .alterTable("batches")
        .addColumn(column, "bigint", (added) => added.notNull().defaultTo(0))
        .execute();
    }
    // What ended before this was told then.
    await sql`update batches set announced_at = finished_at`.execute(db);
    await replacePriority(db);
    await createIndexes(db);
  },
});

/** A turn is a virtual time, which passes 2^31 in the first weeks. What waits now keeps its order. */
async function replacePriority(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .alterTable("images")
    .addColumn("turn", "bigint", (added) => added.notNull().defaultTo(0))
    .execute();
  await db.schema
    .alterTable("images")
    .addColumn("cost", "integer", (added) => added.notNull().defaultTo(50))
    .execute();
  await sql`update images set turn = priority`.execute(db);
  await db.schema.dropIndex("images_waiting").execute();
  await db.schema.dropIndex("images_to_fetch").execute();
  await db.schema.alterTable("images").dropColumn("priority").execute();
}

async function createIndexes(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex("images_waiting")
    .on("images")
    .columns(["status", "turn", "id", "generation", "queued_at", "fetch_at", "deleted_at"])
    .where("status", "=", "queued")
    .where("deleted_at", "is", null)
    .execute();
  await db.schema
    .createIndex("images_to_fetch")
    .on("images")
    .columns(["status", "turn", "id", "generation", "fetch_at", "deleted_at"])
    .where("status", "=", "queued")
    .where(sql.ref("fetch_at"), "is not", null)
    .where("deleted_at", "is", null)
    .execute();
  await db.schema
    .createIndex("images_with_blobs")
    .on("images")
    .columns(["deleted_at"])
    .where("deleted_at", "is not", null)
    .where(sql.ref("emptied_at"), "is", null)
    .execute();
  await db.schema
    .createIndex("batches_untold")
    .on("batches")
    .columns(["finished_at"])
    .where("finished_at", "is not", null)
    .where(sql.ref("announced_at"), "is", null)
    .execute();
  await db.schema
    .createIndex("batches_buried")
    .on("batches")
    .columns(["deleted_at"])
    .where("deleted_at", "is not", null)
    .execute();
  // Where virtual time stands while nothing is to be done.
  await db.schema
    .createIndex("batches_by_virtual_finish")
    .on("batches")
    .columns(["virtual_finish"])
    .execute();
}
