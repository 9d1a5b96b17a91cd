import type { QueuedImage } from "../catalog/claims.ts";
import type { ImageRecord } from "../catalog/image-record.ts";
import { openSource, sourceDeadlines } from "../fetch/open-source.ts";
import { adopt } from "../storage/files.ts";
import { originalKey } from "../storage/object-key.ts";
import { storagePatienceMs, whilePatient } from "../storage/storage-patience.ts";
import { batchOf, dispatch } from "./dispatch.ts";
import { keepLease, leaseMs } from "./lease.ts";
import type { ProcessDependencies } from "./process-image.ts";
import { receiveOriginal } from "./receive-original.ts";
import { settleFailure } from "./settle-failure.ts";
import { timeStage } from "./time-stage.ts";

export type FetchDependencies = Omit<ProcessDependencies, "engine" | "admission">;

/**
 * One try to fetch an original: claim, download, judge it like an upload, store, and give the image to the queue. The
 * fence holds here as for the pixels: whoever lost the image writes nothing of it.
 */
export async function fetchSource(
  dependencies: FetchDependencies,
  { imageId, generation }: QueuedImage,
  signal: AbortSignal,
): Promise<void> {
  const { catalog, events, workerName, observer, logger, stages } = dependencies;
  const record = await catalog.claims.claim(imageId, { worker: workerName, leaseMs, generation });
  if (!record) return; // cancelled, deleted, or another worker has it
  events.publish({ type: "image.processing", imageId, ...batchOf(record) });
  const lease = keepLease(dependencies, record, signal);
  try {
    await timeStage(stages, "fetch", storeSource(dependencies, record, lease.signal));
  } catch (error) {
    if (lease.lost) {
      logger.info({ imageId, attempt: record.attempt }, "fetch dropped: the image was taken away");
      return;
    }
    const { final } = await settleFailure(dependencies, record, error, lease, signal);
    if (!final) return;
    // It never had an engine: it is counted when it ends, and not as one of those in work.
    observer.begun(record);
    observer.ended(final);
  } finally {
    lease.release();
  }
}

async function storeSource(
  dependencies: FetchDependencies,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<void> {
  const { storage, catalog, logger, sourcePolicy: policy, maxFileBytes: maxBytes } = dependencies;
  const limits = { ...sourceDeadlines, maxBytes };
  const body = await openSource(record.sourceUrl ?? "", { policy, limits, signal });
  const received = await receiveOriginal(dependencies, body, record.filename);
  const { header, bytes, sha256 } = received;
  const key = originalKey(record.id, record.filename, header.format, record.attempt);
  try {
    await whilePatient(adopt(storage, received.path, key, { synced: true }), storagePatienceMs(bytes));
  } catch (error) {
    await received.discard();
    throw error;
  }
  const original = { ...header, key, bytes, sha256 };
  const fetched = await catalog.sources.fetched(record.id, record.attempt, original);
  const about = { imageId: record.id, attempt: record.attempt };
  if (!fetched) {
    await storage.delete(key);
    logger.info(about, "fetched original dropped: the image was taken away");
    return;
  }
  logger.info({ ...about, bytes, format: header.format }, "original fetched");
  await dispatch(dependencies, fetched);
}
