import type { BatchRecord } from "../catalog/image-record.ts";
import { announceProgress } from "./batch-progress.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch } from "./find-batch.ts";
import { refillQueue } from "./reconcile.ts";

/**
 * Puts the failed images of a batch back into the queue, all in one commit; those whose file was refused have
 * nothing to be made of and stay. That there is none to be tried again is no error. Rejects with `not_found`.
 */
export async function retryBatch(
  dependencies: Pick<ResizeDependencies, "catalog" | "queue" | "events" | "logger">,
  batchId: string,
): Promise<BatchRecord> {
  await findBatch(dependencies, batchId);
  const { catalog, events, logger } = dependencies;
  const images = await catalog.batches.retry(batchId);
  if (images > 0) {
    logger.info({ batchId, images }, "failed images of a batch are tried again on request");
    announceProgress(events, batchId);
    // Not awaited, and no error of the request: the reconciler comes by again.
    void refillQueue(dependencies).catch((err) => logger.warn({ batchId, err }, "images wait for the queue"));
  }
  return findBatch(dependencies, batchId);
}
