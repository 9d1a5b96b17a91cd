import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { PoolClient } from "pg";
import { currentPatience, patienceMs } from "../patience.ts";
import type { LastAnswers } from "./last-answers.ts";
import { Conflict, isOfReplica, ofStatement } from "./postgres-errors.ts";
import type { PostgresProbe } from "./postgres-probe.ts";
import { runAgain } from "./repeat.ts";

/** The number that the server gave it; the types do not know of it. */
function pidOf(client: PoolClient): number | undefined {
  return "processID" in client && typeof client.processID === "number" ? client.processID : undefined;
}

interface Lent {
  readonly client: PoolClient;
  readonly probe: PostgresProbe;
  readonly answers: LastAnswers;
  readonly deadlineMs: number;
  readonly isBroken: () => boolean;
}

/** A connection between its leaving the pool and its return. */
export class BorrowedConnection implements PostgresPoolClient {
  readonly #client: PoolClient;
  readonly #lent: Lent;
  #inTransaction = false;
  #released = false;
  #useless = false;

  constructor(lent: Lent) {
    this.#client = lent.client;
    this.#lent = lent;
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
    const { probe, answers, deadlineMs, isBroken } = this.#lent;
    const startedAt = performance.now();
    const answered = probe.watch({
      pid: pidOf(this.#client),
      deadlineMs,
      lockedMs: patienceMs(),
      // A connection that goes back to the pool to be destroyed fails the statement that is under way on it.
      giveUp: () => {
        answers.lostOneSilentSince(startedAt);
        this.release(true);
      },
    });
    try {
      const { command, rowCount, rows } = await this.#client.query(text, [...parameters]);
      answers.came(this.#client);
      return {
        command: command as PostgresQueryResult<R>["command"],
        rowCount: rowCount ?? 0,
        rows: rows as unknown[] as R[],
      };
    } catch (error) {
      this.#useless ||= isOfReplica(error);
      throw ofStatement(error, this.#released || isBroken());
    } finally {
      currentPatience()?.spend(answered());
    }
  }
}
