import type { ExpressionBuilder, RawBuilder } from "kysely";
import type { BatchRecord } from "./image-record.ts";
import type { Tables } from "./tables.ts";

/** What a batch is, derived from its times: by `batchStatus` for one that was read, by `statusIs` where it is searched. */
export const batchStatuses = ["open", "running", "done", "cancelled"] as const;
export type BatchStatus = (typeof batchStatuses)[number];

type Batches = ExpressionBuilder<Tables, "batches">;

export function batchStatus({
  cancelledAt,
  finishedAt,
  isOpen,
}: Pick<BatchRecord, "cancelledAt" | "finishedAt" | "isOpen">): BatchStatus {
  if (cancelledAt) return "cancelled";
  if (isOpen) return "open";
  return finishedAt ? "done" : "running";
}

export function statusIs(status: BatchStatus, now: RawBuilder<number>) {
  return (eb: Batches) => {
    if (status === "cancelled") return eb("cancelled_at", "is not", null);
    const alive = eb("cancelled_at", "is", null);
    if (status === "done") return eb.and([alive, eb("finished_at", "is not", null)]);
    const unfinished = eb.and([alive, eb("finished_at", "is", null)]);
    return eb.and([unfinished, status === "open" ? eb("closes_at", ">", now) : isClosed(eb, now)]);
  };
}

/** It takes no more images: it never was open, or its time is over. */
export function isClosed(eb: Batches, now: RawBuilder<number>) {
  return eb.or([eb("closes_at", "is", null), eb("closes_at", "<=", now)]);
}
