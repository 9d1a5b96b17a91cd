import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** No index beside the key: a row a process, and those that are gone for an hour are deleted. */
export const workers = (dialect: Dialect): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable("workers")
      .addColumn("id", dialect.id, (column) => column.primaryKey())
      .addColumn("host", "text", (column) => column.notNull())
      .addColumn("started_at", "bigint", (column) => column.notNull())
      .addColumn("last_seen_at", "bigint", (column) => column.notNull())
      .addColumn("concurrency", "integer", (column) => column.notNull())
      .addColumn("active", "integer", (column) => column.notNull())
      .addColumn("done", "bigint", (column) => column.notNull())
      .addColumn("failed", "bigint", (column) => column.notNull())
      .addColumn("megapixels", "double precision", (column) => column.notNull())
      .execute();
  },
});
