import type { Kysely } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { PixmillError } from "../../errors.ts";
import type { Dialect } from "../dialect.ts";
import type { Tables } from "../tables.ts";
import { imagesAndBatches } from "./0001-images-and-batches.ts";
import { workers } from "./0002-workers.ts";
import { presetVersion } from "./0003-preset-version.ts";
import { identity } from "./0004-identity.ts";
import { deliveries } from "./0005-deliveries.ts";
import { sources } from "./0006-sources.ts";
import { idempotency } from "./0007-idempotency.ts";
import { openAndFairBatches } from "./0008-open-and-fair-batches.ts";
import { clients } from "./0009-clients.ts";
import { charges } from "./0010-charges.ts";
import { sourceOrigins } from "./0011-source-origins.ts";

/** In the order of their names, each run once. Imported, not found in a folder: a package has no `.ts` files. */
const migrations: Readonly<Record<string, (dialect: Dialect) => Migration>> = {
  "0001-images-and-batches": imagesAndBatches,
  "0002-workers": workers,
  "0003-preset-version": presetVersion,
  "0004-identity": identity,
  "0005-deliveries": deliveries,
  "0006-sources": sources,
  "0007-idempotency": idempotency,
  "0008-open-and-fair-batches": openAndFairBatches,
  "0009-clients": clients,
  "0010-charges": charges,
  "0011-source-origins": sourceOrigins,
};

/**
 * Brings the tables up to date, all in one transaction. Any number of processes may call it at once: on PostgreSQL
 * an advisory lock lets one of them work and the others find it done; in SQLite one process has the file's folder.
 * Throws when it cannot, also when the catalog is newer than this program.
 */
export async function migrate(db: Kysely<Tables>, dialect: Dialect): Promise<void> {
  const inDialect = Object.entries(migrations).map(
    ([name, migration]) => [name, migration(dialect)] as const,
  );
  const provider = { getMigrations: async () => Object.fromEntries(inDialect) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error instanceof PixmillError) throw error;
  if (error) throw new Error("The catalog's tables could not be brought up to date.", { cause: error });
}
