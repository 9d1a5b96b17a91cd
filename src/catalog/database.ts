import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, sql } from "kysely";
import { BatchRepository } from "./batches.ts";
import { ClaimRepository } from "./claims.ts";
import { type Dialect, sqliteDialect } from "./dialect.ts";
import { ImageRepository } from "./images.ts";
import { migrate } from "./migrations/migrate.ts";
import { openSqliteDatabase, PixmillSqliteDialect } from "./sqlite-database.ts";
import type { Tables } from "./tables.ts";

/** The record of everything that was accepted (invariant 2). */
export interface Catalog {
  readonly images: ImageRepository;
  readonly claims: ClaimRepository;
  readonly batches: BatchRepository;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens the catalog at `sqlite:<path>` and brings its tables up to date; the file and its folder are made when
 * they are missing. Throws a plain sentence for an address that it does not know.
 */
export async function openCatalog(url: string): Promise<Catalog> {
  const { db, dialect } = connect(url);
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return {
    images: new ImageRepository(db, dialect),
    claims: new ClaimRepository(db, dialect),
    batches: new BatchRepository(db, dialect),
    async ping() {
      await sql`select 1`.execute(db);
    },
    async close() {
      await db.destroy();
    },
  };
}

/** The address may hold a password, so no sentence repeats it. */
function connect(url: string): { db: Kysely<Tables>; dialect: Dialect } {
  if (/^postgres(ql)?:/i.test(url)) {
    throw new Error("DATABASE_URL: PostgreSQL is not supported yet; use sqlite:<path to a file>.");
  }
  const path = /^sqlite:(.+)$/i.exec(url)?.[1];
  if (!path) throw new Error("DATABASE_URL: must be sqlite:<path to a file>.");
  mkdirSync(dirname(path), { recursive: true });
  const database = openSqliteDatabase(path);
  return {
    db: new Kysely<Tables>({ dialect: new PixmillSqliteDialect({ database }) }),
    dialect: sqliteDialect,
  };
}
