import type { PostgresCursor, PostgresPool, PostgresPoolClient, PostgresQueryResult } from "kysely";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import type { Logger } from "../logger.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { Conflict, isOfReplica, ofConnecting, ofStatement } from "./postgres-errors.ts";
import { PostgresProbe } from "./postgres-probe.ts";
import { runAgain } from "./repeat.ts";

interface PostgresOptions {
  readonly logger: Logger;
  /** Connections at most. A statement takes a few milliseconds, so ten serve thousands a second. */
  readonly max?: number;
  /** The server ends a statement that takes longer, in milliseconds; 0: it never does. */
  readonly statementTimeoutMs?: number;
}

/** How many connections there are, and who uses them. */
export interface Connections {
  readonly busy: number;
  readonly most: number;
  /** Callers that wait for one. */
  readonly waiting: number;
}

interface CountedPool {
  connections(): Connections;
}

/** How long a caller waits for a connection: a new one, or one that others use. Milliseconds. */
const connectTimeoutMs = 2_000;
/** By then the server has ended the statement itself, if it is there. */
const afterTimeoutMs = 2_000;

const int8 = 20;

/**
 * A pool of connections with the face that Kysely's PostgreSQL driver expects. What fails by an outage is thrown as
 * an error of the table, and what lost against another statement outside of a transaction is run again.
 */
export function openPostgresPool(url: string, options: PostgresOptions): PostgresPool & CountedPool {
  const { logger, max = 10, statementTimeoutMs = 10_000 } = options;
  const config: PoolConfig = {
    connectionString: url,
    application_name: "pixmill",
    max,
    connectionTimeoutMillis: connectTimeoutMs,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    statement_timeout: statementTimeoutMs || false,
    // A process that is frozen in a transaction must not hold its locks for longer than its lease.
    idle_in_transaction_session_timeout: 10_000,
    // Times and counts are int8 and far below 2^53. For these connections alone: the rest of the process may read
    // another database.
    types: { getTypeParser: (oid, format) => (oid === int8 ? Number : types.getTypeParser(oid, format)) },
  };
  const pool = new Pool(config);
  const probe = new PostgresProbe(config);
  const broken = new WeakSet<PoolClient>();
  const warn = throttledWarning(logger, "postgres connection");
  // Of a connection that nobody uses. pg hangs the connection on the error: too much for a line of the log.
  pool.on("error", (error) => {
    Reflect.deleteProperty(error, "client");
    warn(error);
  });
  // Of one that is in use: its statement fails by itself, but without a listener the process would end.
  pool.on("connect", (client) => client.on("error", () => broken.add(client)));

  return {
    options: {},
    async connect() {
      const client = await pool.connect().catch((error: unknown) => {
        throw ofConnecting(error);
      });
      const deadlineMs = statementTimeoutMs ? statementTimeoutMs + afterTimeoutMs : Number.POSITIVE_INFINITY;
      return new Borrowed(client, probe, deadlineMs, () => broken.has(client));
    },
    connections: () => ({ busy: pool.totalCount - pool.idleCount, most: max, waiting: pool.waitingCount }),
    end: () => pool.end(),
  };
}

/** A connection between its leaving the pool and its return. */
class Borrowed implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #probe: PostgresProbe;
  readonly #deadlineMs: number;
  readonly #isBroken: () => boolean;
  #inTransaction = false;
  #released = false;
  #useless = false;

  constructor(client: PoolClient, probe: PostgresProbe, deadlineMs: number, isBroken: () => boolean) {
    this.#client = client;
    this.#probe = probe;
    this.#deadlineMs = deadlineMs;
    this.#isBroken = isBroken;
  }

  query<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>>;
  query<R>(cursor: PostgresCursor<R>): PostgresCursor<R>;
  query<R>(text: string | PostgresCursor<R>, parameters: readonly unknown[] = []): unknown {
    if (typeof text !== "string") throw new TypeError("The catalog uses no cursors.");
    return this.#run<R>(text, parameters);
  }

  release(destroy = false): void {
    if (this.#released) return;
    this.#released = true;
    this.#client.release(destroy || this.#useless);
  }

  async #run<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (text === "begin") this.#inTransaction = true;
    try {
      return await runAgain(
        () => this.#runOnce<R>(text, parameters),
        (error) => error instanceof Conflict && !this.#inTransaction,
      );
    } finally {
      if (text === "commit" || text === "rollback") this.#inTransaction = false;
    }
  }

  async #runOnce<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    // A connection that goes back to the pool to be destroyed fails the statement that is under way on it.
    const answered = this.#probe.watch(() => this.release(true), this.#deadlineMs);
    try {
      const { command, rowCount, rows } = await this.#client.query(text, [...parameters]);
      return {
        command: command as PostgresQueryResult<R>["command"],
        rowCount: rowCount ?? 0,
        rows: rows as unknown[] as R[],
      };
    } catch (error) {
      this.#useless ||= isOfReplica(error);
      throw ofStatement(error, this.#released || this.#isBroken());
    } finally {
      answered();
    }
  }
}
