import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** One row: who this catalog is, so that a storage folder can be told from another catalog's. */
export const identity = (dialect: Dialect): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema
      .createTable("identity")
      .addColumn("id", dialect.id, (column) => column.primaryKey())
      .execute();
    await db.insertInto("identity").values({ id: randomUUID() }).execute();
  },
});
