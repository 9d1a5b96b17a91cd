import { type RawBuilder, sql } from "kysely";
import type { Dialect } from "./dialect.ts";

/*
 * Start-time fair queueing (Goyal, Vin, Cheng, 1996): every batch is a flow, all single uploads together are one, and
 * a clock of work counts predicted milliseconds. An image's turn is where its flow's earlier work ends, or where the
 * clock stands if that is later; the smallest turn runs first. So flows that have work at the same time advance at the
 * same pace, however much each has brought, and who comes late begins where the others are, not behind all that they
 * have queued. docs/decisions/0005-fair-queueing.md says why.
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
 * The turn of a single upload. Where the flow of single uploads ends is derived from those that are not over: what is
 * done, cancelled or deleted puts nobody off. What was accepted in the same moment has the same turn, so all of the
 * last turn count.
 */
export function nextSingleTurn(dialect: Dialect): RawBuilder<number> {
  return nextTurn(dialect, dialect.greatest(endOfSingles("queued"), endOfSingles("processing")));
}

function endOfSingles(status: "queued" | "processing"): RawBuilder<number> {
  return sql<number>`coalesce(
    (select turn + sum(charge) from images
      where status = ${sql.lit(status)} and charge is not null and deleted_at is null
      group by turn order by turn desc limit 1),
    0)`;
}

/** Of a batch: one single upload goes before all that batches have waiting, a flood of them leaves a fifth to each. */
const weightOfSingles = 4;
/** Virtual milliseconds: what one person brings, however dear, keeps the next from their image no longer than this. */
const largestCharge = 1_000;

/** By how much a single upload of that cost puts off those that come behind it, in virtual milliseconds. */
export function singleCharge(cost: number): number {
  return Math.min(Math.ceil(cost / weightOfSingles), largestCharge);
}
