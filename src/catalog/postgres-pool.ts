import type { PostgresPool } from "kysely";
import { Pool, type PoolClient, type PoolConfig, types } from "pg";
import type { Logger } from "../logger.ts";
import { currentPatience, leastPatienceMs, patienceMs } from "../patience.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { BorrowedConnection } from "./borrowed-connection.ts";
import { LastAnswers } from "./last-answers.ts";
import { ofConnecting } from "./postgres-errors.ts";
import { PostgresProbe } from "./postgres-probe.ts";
import { StandingCommits } from "./standing-commits.ts";

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
  const answers = new LastAnswers();
  // Who only reads has as many connections as ever. Of those ten that were in use when the first was seen to stand
  // still all may come to stand, and no more.
  const commits = new StandingCommits((count) => {
    pool.options.max = max + count;
  });
  const warn = throttledWarning(logger, "postgres connection");
  // Of a connection that nobody uses. pg hangs the connection on the error: too much for a line of the log.
  pool.on("error", (error) => {
    Reflect.deleteProperty(error, "client");
    warn(error);
  });
  // Of one that is in use: its statement fails by itself, but without a listener the process would end.
  pool.on("connect", (client) => {
    client.on("error", () => broken.add(client));
    answers.came(client);
  });

  return {
    options: {},
    async connect() {
      const client = await connectWithin(pool, patienceMs(), answers);
      const deadlineMs = statementTimeoutMs ? statementTimeoutMs + afterTimeoutMs : Number.POSITIVE_INFINITY;
      return new BorrowedConnection({
        client,
        probe,
        answers,
        commits,
        deadlineMs,
        isBroken: () => broken.has(client),
      });
    },
    connections: () => ({ busy: pool.totalCount - pool.idleCount, most: max, waiting: pool.waitingCount }),
    async end() {
      commits.giveUp();
      await pool.end();
    },
  };
}

/** A connection that comes too late for who asked goes back to the pool. */
async function connectWithin(pool: Pool, withinMs: number, answers: LastAnswers): Promise<PoolClient> {
  const startedAt = performance.now();
  const connecting = trusted(pool, answers);
  const late = Promise.withResolvers<never>();
  const giveUp = () => {
    late.reject(new Error("no connection in time"));
    connecting.then((client) => client.release()).catch(() => {});
  };
  const timer = Number.isFinite(withinMs) ? setTimeout(giveUp, withinMs) : undefined;
  try {
    return await Promise.race([connecting, late.promise]);
  } catch (error) {
    throw ofConnecting(error);
  } finally {
    clearTimeout(timer);
    const waitedMs = performance.now() - startedAt;
    // A long request may ask many questions: what is quick is no wait.
    if (waitedMs > leastPatienceMs) currentPatience()?.spend(waitedMs);
  }
}

async function trusted(pool: Pool, answers: LastAnswers): Promise<PoolClient> {
  for (;;) {
    const client = await pool.connect();
    if (answers.areTrusted(client)) return client;
    client.release(true);
  }
}
