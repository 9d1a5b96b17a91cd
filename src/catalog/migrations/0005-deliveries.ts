import { randomBytes } from "node:crypto";
import { type Kysely, sql } from "kysely";
import type { Migration } from "kysely/migration";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";

/** The outbox of webhooks, and one row with the secret that signs them where the settings give none. */
export const deliveries = (dialect: Dialect): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable("batches").addColumn("callback_url", "text").execute();
    await db.schema
      .createTable("deliveries")
      .addColumn("id", dialect.id, (column) => column.primaryKey())
      .addColumn("image_id", dialect.id)
      .addColumn("batch_id", dialect.id)
      .addColumn("type", "text", (column) => column.notNull())
      .addColumn("url", "text", (column) => column.notNull())
      .addColumn("receiver", "text", (column) => column.notNull())
      .addColumn("payload", "text", (column) => column.notNull())
      .addColumn("status", "text", (column) => column.notNull())
      .addColumn("attempts", "text", (column) => column.notNull().defaultTo("[]"))
      .addColumn("tries", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("claims", "integer", (column) => column.notNull().defaultTo(0))
      .addColumn("created_at", "bigint", (column) => column.notNull())
      .addColumn("pending_since", "bigint", (column) => column.notNull())
      .addColumn("next_at", "bigint")
      .addColumn("sending_since", "bigint")
      .addColumn("ended_at", "bigint")
      .execute();
    await createIndexes(db);
    await db.schema
      .createTable("webhook_secret")
      .addColumn("secret", "text", (column) => column.notNull())
      .execute();
    const secret = `whsec_${randomBytes(32).toString("base64")}`;
    await db.insertInto("webhook_secret").values({ secret }).execute();
  },
});

async function createIndexes(db: Kysely<Tables>): Promise<void> {
  // What is due; the receiver stands in it because those that are busy are passed over.
  await db.schema
    .createIndex("deliveries_due")
    .on("deliveries")
    .columns(["next_at", "receiver"])
    .where(sql.ref("status"), "=", sql.lit("pending"))
    .execute();
  await db.schema.createIndex("deliveries_by_status").on("deliveries").columns(["status", "id"]).execute();
  await db.schema
    .createIndex("deliveries_by_image")
    .on("deliveries")
    .columns(["image_id", "id"])
    .where("image_id", "is not", null)
    .execute();
  await db.schema
    .createIndex("deliveries_by_batch")
    .on("deliveries")
    .columns(["batch_id", "id"])
    .where("batch_id", "is not", null)
    .execute();
  await db.schema
    .createIndex("deliveries_by_end")
    .on("deliveries")
    .columns(["ended_at"])
    .where("ended_at", "is not", null)
    .execute();
}
