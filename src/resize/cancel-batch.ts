import type { BatchRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch } from "./find-batch.ts";
import { finishBatch } from "./finish-batch.ts";

/**
 * Cancels those images of a batch that are not final, all in one commit; what is done stays. An open batch takes
 * no more. Rejects with `not_found`, `gone`, or `already_final` when it is over or cancelled already.
 */
export async function cancelBatch(
  dependencies: Pick<ResizeDependencies, "catalog" | "events" | "logger">,
  batchId: string,
): Promise<BatchRecord> {
  await findBatch(dependencies, batchId);
  const { catalog, events, logger } = dependencies;
  const cancelled = await catalog.batches.cancel(batchId);
  if (!cancelled) {
    const { cancelledAt } = await findBatch(dependencies, batchId);
    const state = cancelledAt ? "cancelled" : "done";
    throw new PixmillError("already_final", { detail: `The batch is already ${state}.` });
  }
  logger.info({ batchId, images: cancelled.length }, "batch cancelled");
  for (const imageId of cancelled) events.publish({ type: "image.cancelled", imageId, batchId });
  await finishBatch(dependencies, batchId);
  return findBatch(dependencies, batchId);
}
