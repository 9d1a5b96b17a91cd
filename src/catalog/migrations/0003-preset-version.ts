import type { Kysely } from "kysely";
import type { Migration } from "kysely/migration";
import type { Tables } from "../tables.ts";

export const presetVersion = (): Migration => ({
  async up(db: Kysely<Tables>) {
    await db.schema.alterTable("images").addColumn("preset_version", "text").execute();
  },
});
