import { setImmediate as turn } from "node:timers/promises";
import { type DatabaseConnection, SqliteAdapter, SqliteDialect, SqliteDriver } from "kysely";

/** Statements that ran at a stretch for this long let everything else of the process have its turn. Milliseconds. */
const stretchMs = 5;

/**
 * Kysely's dialect, told that SQLite changes tables in transactions (Kysely leaves it off for the sake of
 * `pragma foreign_keys`, which we set before any): a migration that is killed half-way leaves nothing. And a
 * transaction of many statements does not stop the process: each of them runs on its one thread.
 */
export class PixmillSqliteDialect extends SqliteDialect {
  readonly #config: ConstructorParameters<typeof SqliteDialect>[0];

  constructor(config: ConstructorParameters<typeof SqliteDialect>[0]) {
    super(config);
    this.#config = config;
  }

  override createAdapter(): SqliteAdapter {
    return new TransactionalSqliteAdapter();
  }

  override createDriver(): SqliteDriver {
    return new ConsiderateSqliteDriver(this.#config);
  }
}

class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

class ConsiderateSqliteDriver extends SqliteDriver {
  #stretch = 0;

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    return {
      executeQuery: async (query) => {
        const startedAt = performance.now();
        try {
          return await connection.executeQuery(query);
        } finally {
          await this.#rest(performance.now() - startedAt);
        }
      },
      streamQuery: (query, chunkSize) => connection.streamQuery(query, chunkSize),
    };
  }

  async #rest(ranMs: number): Promise<void> {
    this.#stretch += ranMs;
    if (this.#stretch < stretchMs) return;
    this.#stretch = 0;
    await turn();
  }
}
