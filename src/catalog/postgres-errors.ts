import { DatabaseError } from "pg";
import { type ErrorCode, PixmillError } from "../errors.ts";

/** For `Retry-After`, in seconds: most outages of a database are a restart or a failover. */
const retryAfter = 2;

/**
 * The connection broke, or was left in silence, while a statement or a COMMIT was under way: nobody knows whether it
 * was or will be carried out.
 */
export class LostConnection extends PixmillError {
  constructor(cause: unknown, detail = "The database went away.") {
    super("overloaded", { detail, retryAfter, cause });
  }
}

/** Rolled back in favour of somebody else: nothing of it has happened. */
export class Conflict extends PixmillError {
  constructor(cause: unknown) {
    super("overloaded", { detail: "The database was too busy.", retryAfter, cause });
  }
}

/** Conditions of https://www.postgresql.org/docs/current/errcodes-appendix.html, the longest prefix first. */
const conditions: readonly (readonly [prefix: string, meaning: "lost" | "conflict" | ErrorCode])[] = [
  ["40001", "conflict"], // serialization_failure
  ["40P01", "conflict"], // deadlock_detected
  ["57P01", "lost"], // admin_shutdown
  ["57P02", "lost"], // crash_shutdown
  ["57P05", "lost"], // idle_session_timeout
  ["25P03", "lost"], // idle_in_transaction_session_timeout
  ["57P03", "overloaded"], // cannot_connect_now: it starts or stops
  ["57014", "overloaded"], // query_canceled: statement_timeout
  ["55P03", "overloaded"], // lock_not_available
  ["25006", "overloaded"], // read_only_sql_transaction: a replica, or what was the primary before a failover
  ["53100", "storage_full"], // disk_full
  ["53", "overloaded"], // insufficient_resources: too many connections, out of memory
  ["58", "storage_error"], // system_error: I/O
  ["08", "lost"], // connection_exception
];

/** What went wrong with a statement, in our words; a bug of ours stays as it is. `broken`: its connection is. */
export function ofStatement(error: unknown, broken: boolean): unknown {
  const sqlState = error instanceof DatabaseError ? (error.code ?? "") : "";
  const meaning = conditions.find(([prefix]) => sqlState.startsWith(prefix))?.[1];
  if (meaning === "lost" || (meaning === undefined && broken)) return new LostConnection(error);
  if (meaning === undefined) return error;
  return meaning === "conflict" ? new Conflict(error) : outage(meaning, error);
}

/** Why there is no connection: the server does not answer, or all are in use. A wrong password stays what it is. */
export function ofConnecting(error: unknown): unknown {
  const translated = ofStatement(error, false);
  return translated === error && !(error instanceof DatabaseError) ? outage("overloaded", error) : translated;
}

/** On a connection to a server that may only read, every later statement would fail in the same way. */
export function isOfReplica(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === "25006";
}

/** Nothing was written: it was not even asked for. */
export function commitsStandStill(): PixmillError {
  return new PixmillError("overloaded", {
    detail: "The database completes no commits just now.",
    retryAfter,
  });
}

function outage(code: ErrorCode, cause: unknown): PixmillError {
  return new PixmillError(code, { detail: "The database does not take this just now.", retryAfter, cause });
}
