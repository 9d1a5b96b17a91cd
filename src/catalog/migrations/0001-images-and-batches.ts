import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** The words of the first day, written out: a migration must not change when the code's own tables do. */
export const imagesAndBatches = (dialect: Dialect): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable("batches")
      .addColumn("id", dialect.id, (column) => column.primaryKey())
      .addColumn("preset", "text")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("finished_at", "bigint")
      .addColumn("cancelled_at", "bigint")
      .execute();

    await db.schema
      .createTable("images")
      .addColumn("id", dialect.id, (column) => column.primaryKey())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("generation", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("attempt", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("strikes", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("deliveries", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("revision", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("priority", "integer", (column) => column.notNull())
      .addColumn("filename", "text", (column) => column.notNull())
      .addColumn("preset", "text")
      .addColumn("metadata", "text", (column) => column.notNull())
      .addColumn("batch_id", dialect.id, (column) => column.references("batches.id"))
      .addColumn("callback_url", "text")
      .addColumn("original", "text")
      .addColumn("transforms", "text", (column) => column.notNull())
      .addColumn("variants", "text", (column) => column.notNull())
      .addColumn("placeholder", "text")
      .addColumn("error", "text")
      .addColumn("worker", "text")
      .addColumn("lease_until", "bigint")
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("queued_at", "bigint", (column) => column.notNull())
      .addColumn("started_at", "bigint")
      .addColumn("finished_at", "bigint")
      .addColumn("deleted_at", "bigint")
      .addColumn("emptied_at", "bigint")
      .execute();

    await createIndexes(db);
  },
});

/**
 * Newest first is the primary key's own order. The rest are partial, so that a finished image lies in few.
 * `deleted_at`, always null in them, stands among the columns of those that are counted: SQLite else looks each
 * row up to see what the index's condition already says.
 */
async function createIndexes(db: Kysely<Tables>): Promise<void> {
  await db.schema
    .createIndex("batches_open")
    .on("batches")
    .columns(["id"])
    .where(sql.ref("finished_at"), "is", null)
    .execute();
  // Expired leases are looked for here too: there are never more processing images than the fleet has engines.
  await db.schema
    .createIndex("images_by_status")
    .on("images")
    .columns(["status", "id", "deleted_at"])
    .where("deleted_at", "is", null)
    .execute();
  await db.schema
    .createIndex("images_by_batch")
    .on("images")
    .columns(["batch_id", "id"])
    .where("batch_id", "is not", null)
    .where(sql.ref("deleted_at"), "is", null)
    .execute();
  // A batch's counts, and whether it is over, which is asked after each of its images.
  await db.schema
    .createIndex("images_by_batch_and_status")
    .on("images")
    .columns(["batch_id", "status", "id", "deleted_at"])
    .where("batch_id", "is not", null)
    .where("deleted_at", "is", null)
    .execute();
  // What runs next, and how long the first has waited. `status` comes first because SQLite else prefers an index
  // that begins with it, and sorts.
  await db.schema
    .createIndex("images_waiting")
    .on("images")
    .columns(["status", "priority", "id", "generation", "queued_at", "deleted_at"])
    .where("status", "=", "queued")
    .where("deleted_at", "is", null)
    .execute();
  await db.schema
    .createIndex("images_by_finish")
    .on("images")
    .columns(["finished_at", "status", "deleted_at"])
    .where("finished_at", "is not", null)
    .execute();
  await db.schema
    .createIndex("images_buried")
    .on("images")
    .columns(["deleted_at"])
    .where("deleted_at", "is not", null)
    .execute();
}
