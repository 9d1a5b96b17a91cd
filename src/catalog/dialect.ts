import { type RawBuilder, sql } from "kysely";

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
}

export const sqliteDialect: Dialect = {
  now: sql<number>`cast(round(unixepoch('subsec') * 1000) as integer)`,
};
