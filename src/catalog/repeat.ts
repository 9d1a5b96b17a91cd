import { setTimeout as sleep } from "node:timers/promises";
import type { Kysely, Transaction } from "kysely";
import { currentPatience } from "../patience.ts";
import { Conflict, LostConnection } from "./postgres-errors.ts";
import type { Tables } from "./tables.ts";

/*
 * What is done again by itself when PostgreSQL fails, and what is not:
 *
 * - A statement or transaction that lost against another (a deadlock, a serialisation failure) was rolled back, so
 *   it may always run again. Single statements do so where they are sent, transactions in `inTransaction`.
 * - A transaction whose connection was lost before COMMIT was sent has not happened either.
 * - A statement whose connection was lost may have been carried out. It runs again only if that changes neither the
 *   rows nor the answer: what reads, and what says of a row how it shall be from now on (`repeatable`).
 * - Never again: a claim, a cancel, a retry, a give-back, the end of a batch, an accept. They answer whether it was
 *   they who changed the row; the second run would be told "no, somebody else", and believe it. The caller gets the
 *   error, and leases and the reconciler bring the image on. `finish` asks the row whose work it holds.
 * - While the server is away or all connections are in use nothing is tried again here: requests want their 503 at
 *   once, and workers have their own patience.
 */

const maxRuns = 3;
/**
 * After this long no lost connection is made up for, so that a request has its 503 in two seconds. Work in the
 * background waits longer before it takes one for lost, and would have to be done all over again. Milliseconds.
 */
const patience = { ofRequests: 1_000, ofWork: 6_000 };

function lateFromNow(): () => boolean {
  const asking = currentPatience();
  const late = performance.now() + (asking ? patience.ofRequests : patience.ofWork);
  return () => performance.now() >= late || asking?.leftMs === 0;
}

/** For statements that may be carried out twice, and then give the same answer. */
export async function repeatable<T>(run: (again: boolean) => Promise<T>): Promise<T> {
  const isLate = lateFromNow();
  return await runAgain(run, (error) => error instanceof LostConnection && !isLate());
}

/**
 * A transaction that touches nothing but the database, so that it can be run again as long as it is not committed.
 * Within another one it is a part of that.
 */
export async function inTransaction<T>(
  db: Kysely<Tables>,
  run: (transaction: Transaction<Tables>) => Promise<T>,
): Promise<T> {
  if (isTransaction(db)) return await run(db);
  const isLate = lateFromNow();
  let committing = false;
  const attempt = async () => {
    committing = false;
    return await db.transaction().execute(async (transaction) => {
      const result = await run(transaction);
      committing = true;
      return result;
    });
  };
  return await runAgain(attempt, (error) => {
    if (error instanceof LostConnection) return !committing && !isLate();
    return error instanceof Conflict;
  });
}

/** Runs it up to three times, with a wait that keeps two that met from meeting again. */
export async function runAgain<T>(
  run: (again: boolean) => Promise<T>,
  isSafe: (error: unknown) => boolean,
): Promise<T> {
  for (let runs = 1; ; runs += 1) {
    try {
      return await run(runs > 1);
    } catch (error) {
      if (runs === maxRuns || !isSafe(error)) throw error;
    }
    await sleep(Math.random() * 100 * runs);
  }
}

function isTransaction(db: Kysely<Tables>): db is Transaction<Tables> {
  return db.isTransaction;
}
