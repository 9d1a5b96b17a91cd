import type { Kysely, Selectable } from "kysely";
import type { BatchRecord, UncountedBatch } from "./image-record.ts";
import { toDate, toDateOrNull } from "./image-row.ts";
import type { BatchesTable, Tables } from "./tables.ts";

export type BatchRow = Selectable<BatchesTable> & { readonly is_open: number };

type Counts = { -readonly [status in keyof BatchRecord["counts"]]: number };

export function toBatchRecord(row: BatchRow, counts: BatchRecord["counts"] = noImages()): BatchRecord {
  return { ...toUncountedBatch(row), counts };
}

export function toUncountedBatch(row: BatchRow): UncountedBatch {
  return {
    id: row.id,
    preset: row.preset,
    presetVersion: row.preset_version,
    transforms: row.transforms === null ? null : JSON.parse(row.transforms),
    createdAt: toDate(row.created_at),
    isOpen: row.is_open === 1 && row.finished_at === null && row.cancelled_at === null,
    finishedAt: toDateOrNull(row.finished_at),
    cancelledAt: toDateOrNull(row.cancelled_at),
  };
}

/** How many images of each status these batches have; one that has none is missing. */
export async function countImages(
  db: Kysely<Tables>,
  ids: readonly string[],
): Promise<ReadonlyMap<string, BatchRecord["counts"]>> {
  const counts = new Map<string, Counts>();
  if (ids.length === 0) return counts;
  const groups = await db
    .selectFrom("images")
    .select(({ fn }) => ["batch_id", "status", fn.countAll<number>().as("count")])
    .where("batch_id", "in", ids)
    .where("deleted_at", "is", null)
    .groupBy(["batch_id", "status"])
    .execute();
  for (const { batch_id, status, count } of groups) {
    const id = batch_id ?? "";
    const ofBatch = counts.get(id) ?? noImages();
    counts.set(id, ofBatch);
    ofBatch[status] = Number(count);
    ofBatch.total += Number(count);
  }
  return counts;
}

function noImages(): Counts {
  return { total: 0, queued: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
}
