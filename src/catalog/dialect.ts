import { type Expression, type RawBuilder, sql } from "kysely";

/**
 * What one database says otherwise than another: the only SQL of a dialect in the catalog, so that every
 * repository runs on each of them unchanged.
 */
export interface Dialect {
  /**
   * Milliseconds since 1970 by the database's own clock, the same for every row of a statement. Every time in
   * the catalog comes from it: processes on machines whose clocks disagree must still agree on who has a lease.
   */
  readonly now: RawBuilder<number>;
  /** The type of ids: texts that are compared and sorted by their bytes, as JavaScript and cursors do. */
  readonly id: Expression<string>;
  /** The sha256 of an image's original, in an index: the same words must stand in the index and in the question. */
  readonly sha256: RawBuilder<string>;
  /** The larger of two numbers, neither of them null. */
  greatest(a: Expression<number>, b: Expression<number>): RawBuilder<number>;
}

export const sqliteDialect: Dialect = {
  now: sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
  id: sql`text`,
  sha256: sql<string>`json_extract(original, '$.sha256')`,
  greatest: (a, b) => sql<number>`max(${a}, ${b})`,
};

/**
 * Of PostgreSQL's three clocks only `statement_timestamp()` will do: `now()` stands still in a transaction, so a
 * long one would write old times, and `clock_timestamp()` differs from row to row, which also keeps a condition
 * such as `finished_at > now - 60000` from being looked up in an index. A statement that waits for a row's lock
 * still has the time of its arrival: a lease is then too short, never too long.
 */
export const postgresDialect: Dialect = {
  now: sql<number>`cast(round(extract(epoch from statement_timestamp()) * 1000) as bigint)`,
  // A database's own collation may be a language's, in which "a" < "B" and hyphens do not count.
  id: sql`text collate "C"`,
  sha256: sql<string>`(cast(original as json) ->> 'sha256')`,
  greatest: (a, b) => sql<number>`greatest(${a}, ${b})`,
};
