import { z } from "zod";
import { batchStatus, batchStatuses } from "../catalog/batch-status.ts";
import type { BatchRecord, ImageRecord } from "../catalog/image-record.ts";
import { shownImages } from "../resize/find-batch.ts";
import { imageSchema, time } from "./image-schema.ts";
import { imageView } from "./image-view.ts";

const count = z.int();

export const batchSchema = z
  .object({
    id: z.string(),
    status: z
      .enum(batchStatuses)
      .describe("`open`: images can be added; `cancelled`: its images that were not final were cancelled"),
    counts: z.object({
      total: count,
      queued: count,
      processing: count,
      done: count,
      failed: count,
      cancelled: count,
    }),
    preset: z.string().nullable(),
    createdAt: time,
    finishedAt: time.nullable(),
    images: z.array(imageSchema).optional().describe(`The first ${shownImages}`),
  })
  .meta({ id: "Batch" });

export type BatchView = z.output<typeof batchSchema>;

/** A batch as clients see it; its status is derived, never stored. */
export function batchView(record: BatchRecord, images?: readonly ImageRecord[]): BatchView {
  return {
    id: record.id,
    status: batchStatus(record),
    counts: { ...record.counts },
    preset: record.preset,
    createdAt: record.createdAt.toISOString(),
    finishedAt: record.finishedAt?.toISOString() ?? null,
    ...(images && { images: images.slice(0, shownImages).map(imageView) }),
  };
}
