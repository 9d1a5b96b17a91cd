import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import { literal } from "./status-change.ts";
import type { Tables } from "./tables.ts";

export interface Statistics {
  readonly queued: number;
  /** Of the queued, those whose original is still to be fetched: the queue does not know them. */
  readonly toFetch: number;
  readonly processing: number;
  readonly failed: number;
  /** How long the image that waits longest has been waiting; `null` when none waits. */
  readonly oldestQueuedMs: number | null;
  /** Images that became done or failed in the last 60 seconds. */
  readonly finishedLastMinute: number;
}

/** One statement, answered from indexes alone. */
export async function selectStatistics(db: Kysely<Tables>, dialect: Dialect): Promise<Statistics> {
  const images = db.selectFrom("images").where("deleted_at", "is", null);
  const count = images.select(({ fn }) => fn.countAll<number>().as("count"));
  const row = await db
    .selectNoFrom([
      count.where("status", "=", literal("queued")).as("queued"),
      count.where("status", "=", literal("queued")).where("fetch_at", "is not", null).as("toFetch"),
      count.where("status", "=", literal("processing")).as("processing"),
      count.where("status", "=", literal("failed")).as("failed"),
      images
        .where("status", "=", literal("queued"))
        .select(({ fn }) => fn.min("queued_at").as("oldest"))
        .as("oldest"),
      count
        .where("status", "<>", literal("cancelled"))
        .where("finished_at", ">", (eb) => eb(dialect.now, "-", 60_000))
        .as("finished"),
      dialect.now.as("now"),
    ])
    .executeTakeFirstOrThrow();
  return {
    queued: Number(row.queued),
    toFetch: Number(row.toFetch),
    processing: Number(row.processing),
    failed: Number(row.failed),
    oldestQueuedMs: row.oldest === null ? null : Math.max(0, Number(row.now) - Number(row.oldest)),
    finishedLastMinute: Number(row.finished),
  };
}
