import { join } from "node:path";
import type { ImageRecord } from "../catalog/image-record.ts";
import { type ImageEngine, sourceName } from "../engine/image-engine.ts";
import { PixmillError } from "../errors.ts";
import { predictedBytes, runsAlone } from "../image/cost.ts";
import type { Job, JobOutcome } from "../queue/job-queue.ts";
import { materialise } from "../storage/files.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { failImage, finishImage } from "./finish-image.ts";
import { keepLease, type Lease, leaseMs } from "./lease.ts";
import { storeVariants } from "./store-variants.ts";
import { judge } from "./verdict.ts";

/** Lets a picture in when its predicted memory fits the worker's budget; the returned function gives it back. */
export interface Admission {
  admit(bytes: number, alone: boolean, signal: AbortSignal): Promise<() => void>;
}

export interface ProcessDependencies extends ResizeDependencies {
  readonly engine: ImageEngine;
  readonly admission: Admission;
  /** Shown in events, logs and `/v1/workers`. */
  readonly workerName: string;
}

/**
 * One delivery of one image: claim, fetch the original, render, store, finish. Whoever else works on the same
 * image, by a lost lock or a lost event, meets the fence: only the newest attempt can write the row.
 */
export async function processImage(
  dependencies: ProcessDependencies,
  job: Job,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { catalog, events, workerName, logger } = dependencies;
  const { imageId, generation } = job;
  const record = await catalog.claims.claim(imageId, { worker: workerName, leaseMs, generation });
  if (!record) return { kind: "finished" }; // cancelled, deleted, or another worker has it
  events.publish({ type: "image.processing", imageId, ...batchOf(record) });
  const lease = keepLease(dependencies, record, signal);
  try {
    await makeVariants(dependencies, record, lease.signal);
    return { kind: "finished" };
  } catch (error) {
    if (lease.lost) {
      logger.info({ imageId, attempt: record.attempt }, "attempt dropped: the image was taken away");
      return { kind: "finished" };
    }
    return await settleFailure(dependencies, record, error, lease, signal);
  } finally {
    lease.release();
  }
}

async function makeVariants(
  dependencies: ProcessDependencies,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<void> {
  const { workFolders, storage, engine, admission, limits } = dependencies;
  const { original } = record;
  if (!original) throw new PixmillError("original_missing");
  const folderName = `${record.id}.${record.attempt}`;
  const folder = await workFolders.create(folderName);
  try {
    const found = await materialise(storage, original.key, join(folder, sourceName));
    if (!found) throw new PixmillError("original_missing");
    const transforms = wantedTransforms(record);
    const release = await admission.admit(predictedBytes(original, transforms), runsAlone(original), signal);
    const startedAt = performance.now();
    const result = await engine
      .render({ folder, header: original, transforms, limits }, signal)
      .finally(release);
    const renderMs = performance.now() - startedAt;
    signal.throwIfAborted();
    const variants = await storeVariants(dependencies, record, folder, result);
    await finishImage(dependencies, record, variants, renderMs);
  } finally {
    await workFolders.remove(folderName);
  }
}

/** A retry makes only what is not ready yet. */
function wantedTransforms(record: ImageRecord) {
  const ready = new Set(record.variants.filter((v) => v.status === "ready").map((v) => v.name));
  return record.transforms.filter(({ name }) => !ready.has(name));
}

async function settleFailure(
  dependencies: ProcessDependencies,
  record: ImageRecord,
  thrown: unknown,
  lease: Lease,
  stop: AbortSignal,
): Promise<JobOutcome> {
  const { catalog, logger } = dependencies;
  const verdict = judge(thrown, record, stop.aborted);
  const { code, cause } = verdict.error;
  // A stack is of use where the code alone does not say what happened.
  const about = { imageId: record.id, attempt: record.attempt, code, ...(cause ? { err: cause } : {}) };
  lease.release();
  if (verdict.kind === "fail") {
    logger.warn(about, "image failed");
    await failImage(dependencies, record, verdict.error);
    return { kind: "finished" };
  }
  logger.warn({ ...about, delayMs: verdict.delayMs }, "image goes back to the queue");
  await catalog.claims.giveBack(record.id, record.attempt, {
    strike: verdict.strike,
    undoDelivery: verdict.undoDelivery,
  });
  return { kind: "later", delayMs: verdict.delayMs };
}
