import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { Kysely, PostgresDialect, type PostgresPool, sql } from "kysely";
import { type Logger, silentLogger } from "../logger.ts";
import { AnswerRepository } from "./answers.ts";
import { BatchRepository } from "./batches.ts";
import { ClaimRepository } from "./claims.ts";
import { DeliveryRepository } from "./deliveries.ts";
import { type Dialect, postgresDialect, sqliteDialect } from "./dialect.ts";
import { ImageRepository } from "./images.ts";
import { migrate } from "./migrations/migrate.ts";
import { Outbox, type Views } from "./outbox.ts";
import { type Connections, openPostgresPool } from "./postgres-pool.ts";
import { SourceRepository } from "./sources.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { PixmillSqliteDialect } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";
import { TombstoneRepository } from "./tombstones.ts";
import { WorkerRepository } from "./workers.ts";

/** The record of everything that was accepted (invariant 2). */
export interface Catalog {
  readonly images: ImageRepository;
  readonly claims: ClaimRepository;
  readonly sources: SourceRepository;
  readonly batches: BatchRepository;
  readonly tombstones: TombstoneRepository;
  readonly deliveries: DeliveryRepository;
  readonly answers: AnswerRepository;
  readonly workers: WorkerRepository;
  /** Made with the tables, and in every copy of them: which catalog this is. */
  identity(): Promise<string>;
  /** Signs webhooks where the settings name no secret: made with the tables, so that all processes agree. */
  webhookSecret(): Promise<string>;
  /** `undefined` where nobody waits for a connection. */
  connections(): Connections | undefined;
  /**
   * Resolves when commits come through, and so when those have that were asked for before. A database that waits for a
   * standby answers every question while a commit, whose row nobody sees yet, waits for hours. Rejects with `overloaded`.
   */
  confirmCommits(): Promise<void>;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

interface CatalogOptions {
  readonly logger?: Logger;
  /** What webhooks say of an image or a batch; only its id when not given. */
  readonly views?: Views;
}

const bareViews: Views = { image: ({ id }) => ({ id }), batch: ({ id }) => ({ id }) };

/**
 * Opens the catalog at `sqlite:<path>` or `postgres://…` and brings its tables up to date; a file and its folder
 * are made when they are missing, a PostgreSQL database is not. Throws a plain sentence for an address that it does
 * not know; `overloaded` while PostgreSQL does not answer, as everything in the catalog does.
 */
export async function openCatalog(url: string, options: CatalogOptions = {}): Promise<Catalog> {
  const { logger = silentLogger(), views = bareViews } = options;
  const { db, dialect, connections } = isPostgres(url)
    ? await openPostgres(url, logger)
    : await openSqlite(url);
  const outbox = new Outbox(db, dialect, views);
  return {
    images: new ImageRepository(db, dialect, outbox),
    claims: new ClaimRepository(db, dialect, outbox),
    sources: new SourceRepository(db, dialect),
    batches: new BatchRepository(db, dialect, outbox),
    tombstones: new TombstoneRepository(db, dialect),
    deliveries: new DeliveryRepository(db, dialect),
    answers: new AnswerRepository(db, dialect),
    workers: new WorkerRepository(db, dialect),
    async identity() {
      return (await db.selectFrom("identity").select("id").executeTakeFirstOrThrow()).id;
    },
    async webhookSecret() {
      return (await db.selectFrom("webhook_secret").select("secret").executeTakeFirstOrThrow()).secret;
    },
    async confirmCommits() {
      await sql`update identity set id = id`.execute(db);
    },
    connections: () => connections?.(),
    async ping() {
      await sql`select 1`.execute(db);
    },
    async close() {
      await db.destroy();
    },
  };
}

interface Opened {
  readonly db: Kysely<Tables>;
  readonly dialect: Dialect;
  readonly connections?: () => Connections;
}

/** An address may hold a password, so no sentence repeats it. */
function isPostgres(url: string): boolean {
  if (!/^postgres(ql)?:\/\//i.test(url)) return false;
  if (!URL.canParse(url)) throw new Error("DATABASE_URL: the address of PostgreSQL is not a valid URL.");
  return true;
}

async function openPostgres(url: string, logger: Logger): Promise<Opened> {
  const connect = (pool: PostgresPool) => new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) });
  // On a connection of its own: who waits for another process's migration, or works on a large table, may take
  // longer than a statement of the catalog's daily life.
  await using migrating = connect(openPostgresPool(url, { logger, max: 1, statementTimeoutMs: 0 }));
  await migrate(migrating, postgresDialect);
  const pool = openPostgresPool(url, { logger });
  return { db: connect(pool), dialect: postgresDialect, connections: pool.connections };
}

async function openSqlite(url: string): Promise<Opened> {
  const path = /^sqlite:(.+)$/i.exec(url)?.[1];
  if (!path) {
    throw new Error("DATABASE_URL: must be sqlite:<path to a file> or postgres://<user>@<host>/<database>.");
  }
  mkdirSync(dirname(path), { recursive: true });
  const database = openSqliteDatabase(path);
  const db = new Kysely<Tables>({ dialect: new PixmillSqliteDialect({ database }) });
  try {
    await migrate(db, sqliteDialect);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  return { db, dialect: sqliteDialect };
}
