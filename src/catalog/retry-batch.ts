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
  const failed = db
    .selectFrom("images")
    .where("batch_id", "=", batchId)
    .where("status", "=", literal("failed"))
    .where((eb) => eb.or([eb("original", "is not", null), eb("source_url", "is not", null)]))
    .where("deleted_at", "is", null);
  const { cost } = await failed
    .select(({ fn }) => fn.sum<number | null>("cost").as("cost"))
    .executeTakeFirstOrThrow();
  if (cost === null) return 0;
  const finish = await reopenBatch(db, dialect, batchId, Number(cost));
  if (finish === undefined) return 0;
  // Of an image that failed no variant is ready, so there are few different texts: names and reasons.
  const texts = await failed.select("variants").distinct().execute();
  const turns = failed
    .select(["id", sql<number>`sum(cost) over (order by id) - cost`.as("behind")])
    .as("turns");
  let count = 0;
  for (const { variants } of texts) {
    const { numUpdatedRows } = await changeStatus(db, "retry")
      .from(turns)
      .set((eb) => ({
        generation: eb("images.generation", "+", 1),
        turn: sql<number>`${sql.lit(finish - Number(cost))} + turns.behind`,
        variants: JSON.stringify(retriedVariants(JSON.parse(variants))),
        fetch_at: sql<number | null>`case when original is null then ${dialect.now} end`,
        ...cleanRecord(dialect),
      }))
      .whereRef("images.id", "=", "turns.id")
      .where("images.status", "=", literal("failed"))
      .where("images.variants", "=", variants)
      .executeTakeFirstOrThrow();
    count += Number(numUpdatedRows);
  }
  return count;
}
