import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** Requests that were answered under an `Idempotency-Key`, and originals found again by their bytes. */
export const idempotency = (dialect: Dialect): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable("idempotency_keys")
      .addColumn("hash", dialect.id, (column) => column.primaryKey())
      .addColumn("fingerprint", "text", (column) => column.notNull())
      .addColumn("image_id", dialect.id)
      .addColumn("batch_id", dialect.id)
      .addColumn("found", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("total", "integer", (column) => column.notNull())
      .addColumn("failed", "integer", (column) => column.notNull())
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .execute();
    await db.schema
      .createIndex("idempotency_keys_by_age")
      .on("idempotency_keys")
      .columns(["created_at"])
      .execute();
    await db.schema
      .createIndex("images_by_sha256")
      .on("images")
      .expression(dialect.sha256)
      .where(sql.ref("original"), "is not", null)
      .where(sql.ref("deleted_at"), "is", null)
      .execute();
  },
});
