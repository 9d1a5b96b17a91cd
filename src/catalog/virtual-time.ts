import { type RawBuilder, sql } from "kysely";
import type { Dialect } from "./dialect.ts";

/*
 * Start-time fair queueing (Goyal, Vin, Cheng, 1996): every batch is a flow, and a clock of work counts predicted
 * milliseconds. An image's turn is where its flow's earlier work ends, or where the clock stands if that is later;
 * the smallest turn runs first. So flows that have work at the same time advance at the same pace, however much
 * each has brought, and who comes late begins where the others are, not behind all that they have queued.
 * docs/decisions/0005-fair-queueing.md says why.
 */

/**
 * Where the clock stands: at what engines are working on, which is the smallest turn that there was; else at what comes
 * next; and while nothing is to be done, behind everything that ever was. It is derived, not stored: so it is the
 * same for every process, survives all of them, and is no row that everybody writes. Fetching runs ahead of it and
 * does not count.
 */
export const virtualNow: RawBuilder<number> = sql<number>`coalesce(
  (select max(turn) from images where status = 'processing' and fetch_at is null and deleted_at is null),
  (select min(turn) from images where status = 'queued' and deleted_at is null),
  (select max(virtual_finish) from batches),
  0)`;

/** The turn of what a flow brings whose earlier work ends at `finish`. */
export function nextTurn(dialect: Dialect, finish: RawBuilder<number>): RawBuilder<number> {
  return dialect.greatest(virtualNow, finish);
}

/**
 * Single uploads of this process are a flow too, of four times the weight of a batch: one alone has the clock's own
 * turn and so goes before all that batches have waiting, a flood of them does not stop the batches. It lives in
 * memory: what a restart forgets is that there was a flood.
 */
export class SingleFlow {
  static readonly #weight = 4;
  #finish = 0;

  get finish(): number {
    return this.#finish;
  }

  /** An image of that cost got this turn. */
  took(turn: number, cost: number): void {
    this.#finish = Math.max(this.#finish, turn) + Math.ceil(cost / SingleFlow.#weight);
  }
}
