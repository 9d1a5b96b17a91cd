import { type Kysely, type RawBuilder, sql } from "kysely";
import { type ImageStatus, imageStatuses, isFinal, type Transition, transitions } from "../image/status.ts";
import type { Tables } from "./tables.ts";

/**
 * A status as a literal, not a bound value: the planner sees that a partial index fits only when it can read the
 * status in the statement.
 */
export function literal<S extends ImageStatus>(status: S): RawBuilder<S> {
  return sql.lit(status);
}

export const unfinishedStatuses = imageStatuses.filter((status) => !isFinal(status)).map(literal);

/**
 * The beginning of every change of a status: the table of transitions says from where and to what, and a
 * tombstone changes no more. What else changes, and for which rows, is the caller's.
 */
export function changeStatus(db: Kysely<Tables>, transition: Transition) {
  const { from, to } = transitions[transition];
  return db
    .updateTable("images")
    .set((eb) => ({ status: literal(to), revision: eb("revision", "+", 1) }))
    .where("status", "in", from.map(literal<ImageStatus>))
    .where("deleted_at", "is", null);
}

/** A worker lets go of an image, which waits again. */
export function requeuing(db: Kysely<Tables>, now: RawBuilder<number>) {
  return changeStatus(db, "giveBack").set({ worker: null, lease_until: null, queued_at: now });
}

/** The fence is raised, so that whoever works on the image has lost it. Pending variants stay pending. */
export function cancelling(db: Kysely<Tables>, now: RawBuilder<number>) {
  return changeStatus(db, "cancel").set((eb) => ({
    attempt: eb("attempt", "+", 1),
    lease_until: null,
    finished_at: now,
  }));
}
