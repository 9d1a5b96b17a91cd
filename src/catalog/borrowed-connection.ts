import type { PostgresCursor, PostgresPoolClient, PostgresQueryResult } from "kysely";
import type { PoolClient } from "pg";
import { currentPatience, patienceMs } from "../patience.ts";
import type { LastAnswers } from "./last-answers.ts";
import { Conflict, isOfReplica, LostConnection, ofStatement } from "./postgres-errors.ts";
import type { PostgresProbe } from "./postgres-probe.ts";
import { runAgain } from "./repeat.ts";
import type { StandingCommits } from "./standing-commits.ts";

/** The number that the server gave it; the types do not know of it. */
function pidOf(client: PoolClient): number | undefined {
  return "processID" in client && typeof client.processID === "number" ? client.processID : undefined;
}

interface Lent {
  readonly client: PoolClient;
  readonly probe: PostgresProbe;
  readonly answers: LastAnswers;
  readonly commits: StandingCommits;
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
  /** Nobody waits for the statement that is still under way on it. */
  #left = false;

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

  /** One that was left stays in the pool until it is answered: more would fill the server with such. */
  release(destroy = false): void {
    if (!this.#left) this.#giveBack(destroy || this.#useless);
  }

  #giveBack(destroy: boolean): void {
    if (this.#released) return;
    this.#released = true;
    this.#client.release(destroy);
  }

  async #run<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    if (text === "begin") this.#inTransaction = true;
    // It is destroyed when it is answered, and with it what was not committed.
    if (this.#left && text === "rollback") return { command: "ROLLBACK", rowCount: 0, rows: [] };
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
    const { probe, answers, commits, deadlineMs, isBroken } = this.#lent;
    commits.check(text);
    const startedAt = performance.now();
    const late = Promise.withResolvers<never>();
    // A connection that goes back to the pool to be destroyed fails the statement that is under way on it.
    const giveUp = () => this.#giveBack(true);
    const watch = probe.watch({
      pid: pidOf(this.#client),
      deadlineMs,
      patienceMs: patienceMs(),
      commits: text === "commit" || !this.#inTransaction,
      letGo: (seen) => {
        this.#left = true;
        if (seen === "committing") commits.stands(giveUp);
        late.reject(new LostConnection(new Error("no answer in time"), "The database does not answer."));
      },
      giveUp: () => {
        answers.lostOneSilentSince(startedAt);
        giveUp();
      },
    });
    const asking = this.#ask<R>(text, parameters).finally(() => {
      watch.answered();
      commits.ended(giveUp);
      if (this.#left) this.#giveBack(true);
    });
    try {
      return await Promise.race([asking, late.promise]);
    } catch (error) {
      this.#useless ||= isOfReplica(error);
      throw error instanceof LostConnection ? error : ofStatement(error, this.#released || isBroken());
    } finally {
      currentPatience()?.spend(watch.stoodStillMs());
    }
  }

  async #ask<R>(text: string, parameters: readonly unknown[]): Promise<PostgresQueryResult<R>> {
    const { command, rowCount, rows } = await this.#client.query(text, [...parameters]);
    this.#lent.answers.came(this.#client);
    return {
      command: command as PostgresQueryResult<R>["command"],
      rowCount: rowCount ?? 0,
      rows: rows as unknown[] as R[],
    };
  }
}
