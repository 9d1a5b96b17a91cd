import { type Kysely, sql } from "kysely";
import type { Dialect } from "./dialect.ts";
import { changeStatus, literal } from "./status-change.ts";
import type { Tables } from "./tables.ts";
import { cleanRecord, reopenBatch, retriedVariants } from "./trying-again.ts";

/**
 * Queues all failed images of a batch once more; those whose file was refused have nothing to be made of. Each gets a
 * turn behind what the batch has, one after another by what they cost. Within a transaction; returns how many.
 */
export async function retryFailed(db: Kysely<Tables>, dialect: Dialect, batchId: string): Promise<number> {
  await lockBatch(db, batchId);
  const failed = db
    .selectFrom("images")
    .where("batch_id", "=", batchId)
    .where("status", "=", literal("failed"))
    .where((eb) => eb.or([eb("original", "is not", null), eb("source_url", "is not", null)]))
    .where("deleted_at", "is", null);
  // Of an image that failed no variant is ready, so there are few different texts: names and reasons.
  const alike = await failed
    .select(({ fn }) => ["variants", fn.sum<number>("cost").as("cost")])
    .groupBy("variants")
    .execute();
  const cost = alike.reduce((sum, group) => sum + Number(group.cost), 0);
  const finish = alike.length > 0 ? await reopenBatch(db, dialect, batchId, cost) : undefined;
  if (finish === undefined) return 0;
  let count = 0;
  let turn = finish - cost;
  for (const group of alike) {
    const turns = failed
      .where("variants", "=", group.variants)
      .select(["id", sql<number>`sum(cost) over (order by id) - cost`.as("behind")])
      .as("turns");
    const { numUpdatedRows } = await changeStatus(db, "retry")
      .from(turns)
      .set((eb) => ({
        generation: eb("images.generation", "+", 1),
        turn: sql<number>`${sql.lit(turn)} + turns.behind`,
        variants: JSON.stringify(retriedVariants(JSON.parse(group.variants))),
        fetch_at: sql<number | null>`case when original is null then ${dialect.now} end`,
        ...cleanRecord(dialect),
      }))
      .whereRef("images.id", "=", "turns.id")
      .where("images.status", "=", literal("failed"))
      .executeTakeFirstOrThrow();
    count += Number(numUpdatedRows);
    turn += Number(group.cost);
  }
  return count;
}

/** Of retries that come at once all but the first wait here, and then find what it has left: they pay for no more. */
async function lockBatch(db: Kysely<Tables>, id: string): Promise<void> {
  // What a row lock is called differs; a write that changes nothing is one in every database.
  await db
    .updateTable("batches")
    .set((eb) => ({ generation: eb.ref("generation") }))
    .where("id", "=", id)
    .execute();
}
