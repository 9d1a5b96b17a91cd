import { type Kysely, sql } from "kysely";
import type { Variant } from "../image/variant.ts";
import type { Dialect } from "./dialect.ts";
import type { Tables } from "./tables.ts";
import { nextTurn } from "./virtual-time.ts";

/** What failed waits again; what is ready stays. */
export function retriedVariants(variants: readonly Variant[]): Variant[] {
  return variants.map((variant) =>
    variant.status === "failed" ? { name: variant.name, status: "pending" } : variant,
  );
}

/** The columns of an image that begins anew, beside its generation, turn and variants. */
export function cleanRecord({ now }: Dialect) {
  return {
    strikes: 0,
    deliveries: 0,
    error: null,
    worker: null,
    queued_at: now,
    started_at: null,
    finished_at: null,
  };
}

/**
 * A batch whose images are tried again is not over and not cancelled, and pays `cost` for them. Even where it looks
 * unfinished: an end that is being written is told by the generation that it is none. Returns where its work ends
 * now; `undefined`: there is no such batch.
 */
export async function reopenBatch(
  db: Kysely<Tables>,
  dialect: Dialect,
  id: string,
  cost: number,
): Promise<number | undefined> {
  const batch = await db
    .updateTable("batches")
    .set((eb) => ({
      generation: eb("generation", "+", 1),
      virtual_finish: sql<number>`${nextTurn(dialect, sql.ref("virtual_finish"))} + ${sql.lit(cost)}`,
      finished_at: null,
      announced_at: null,
      cancelled_at: null,
    }))
    .where("id", "=", id)
    .where("deleted_at", "is", null)
    .returning("virtual_finish")
    .executeTakeFirst();
  return batch?.virtual_finish;
}
