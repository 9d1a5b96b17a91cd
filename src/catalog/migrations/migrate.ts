import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import type { Tables } from "../tables.ts";
import { imagesAndBatches } from "./0001-images-and-batches.ts";

/** In the order of their names, each run once. Imported, not found in a folder: a package has no `.ts` files. */
const migrations: Readonly<Record<string, Migration>> = {
  "0001-images-and-batches": imagesAndBatches,
};

/** Brings the tables up to date. Throws when it cannot, also when the catalog is newer than this program. */
export async function migrate(db: Kysely<Tables>): Promise<void> {
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } });
  const { error } = await migrator.migrateToLatest();
  if (error) throw new Error("The catalog's tables could not be brought up to date.", { cause: error });
}
