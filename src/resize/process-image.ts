import { join } from "node:path";
import type { ImageRecord } from "../catalog/image-record.ts";
import { type ImageEngine, sourceName } from "../engine/image-engine.ts";
import { PixmillError } from "../errors.ts";
import { predictedBytes, runsAlone } from "../image/cost.ts";
import type { Original } from "../image/original.ts";
import { nextPhase } from "../image/phases.ts";
import type { Stage } from "../metrics.ts";
import type { JobOutcome, TakenJob } from "../queue/job-queue.ts";
import { materialise } from "../storage/files.ts";
import { lastWordMs, StorageSilence, storagePatienceMs, whilePatient } from "../storage/storage-patience.ts";
import { checkOriginal } from "./check-original.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { finishImage, handOnImage } from "./finish-image.ts";
import { keepLease, leaseMs } from "./lease.ts";
import { type Attempt, settleFailure } from "./settle-failure.ts";
import { storeVariants } from "./store-variants.ts";
import { timeStage } from "./time-stage.ts";

/** Predicted memory of a picture, in bytes, and whether no other of its kind may run beside it. */
export interface MemoryNeed {
  readonly bytes: number;
  readonly alone: boolean;
}

/** Lets a picture in when its predicted memory fits the worker's budget; the returned function gives it back. */
export interface Admission {
  /** Whether a large picture might have to wait now. */
  readonly isCrowded: boolean;
  /**
   * For how many milliseconds the picture had better come again than wait in a hand; 0: not at all. `undefined`: say
   * what it needs.
   */
  putOffMs(imageId: string, need?: MemoryNeed): number | undefined;
  admit(bytes: number, alone: boolean, signal: AbortSignal): Promise<() => void>;
}

/** Hears of every attempt: the worker's heartbeat and its counts are made of it. */
export interface AttemptObserver {
  begun(record: ImageRecord): void;
  /**
   * `final`: the image as this attempt ended it; without it, it goes back to the queue or is somebody else's.
   * `outage`: what the worker stands on, and not the image, kept the attempt from going well.
   */
  ended(final: ImageRecord | undefined, outage?: PixmillError): void;
}

export interface ProcessDependencies extends ResizeDependencies {
  readonly engine: ImageEngine;
  readonly admission: Admission;
  readonly observer: AttemptObserver;
  /** Shown in events, logs and `/v1/workers`. */
  readonly workerName: string;
  /** How long a step of storage may take; a minute and a second for each megabyte when not given. Milliseconds. */
  readonly storageStepMs?: number;
}

/**
 * One delivery of one image: claim, fetch the original, render, store, finish. Whoever else works on the same
 * image, by a lost lock or a lost event, meets the fence: only the newest attempt can write the row.
 */
export async function processImage(
  dependencies: ProcessDependencies,
  job: TakenJob,
  signal: AbortSignal,
): Promise<JobOutcome> {
  const { catalog, events, workerName, observer, logger, stages, admission } = dependencies;
  const { imageId, generation } = job;
  const delayMs = admission.isCrowded ? await putOffMs(dependencies, imageId) : 0;
  if (delayMs > 0) return { kind: "later", delayMs };
  const record = await catalog.claims.claim(imageId, { worker: workerName, leaseMs, generation });
  if (!record) return { kind: "finished" }; // cancelled, deleted, or another worker has it
  events.publish({ type: "image.processing", imageId, ...batchOf(record) });
  observer.begun(record);
  // Later attempts have waited for their backoff, or for what went wrong before.
  if (record.attempt === 1 && record.startedAt) {
    stages.spent("queue", record.startedAt.getTime() - record.createdAt.getTime());
  }
  const lease = keepLease(dependencies, record, signal);
  let attempt: Attempt = {};
  try {
    attempt = { final: await makeVariants(dependencies, record, lease.signal) };
  } catch (error) {
    if (lease.lost)
      logger.info({ imageId, attempt: record.attempt }, "attempt dropped: the image was taken away");
    else attempt = await settleFailure(dependencies, record, error, lease, signal);
  } finally {
    lease.release();
    observer.ended(attempt.final, attempt.outage);
  }
  return attempt.delayMs === undefined ? { kind: "finished" } : { kind: "later", delayMs: attempt.delayMs };
}

/** Before the claim: what is put off stays queued, and costs no attempt. */
async function putOffMs(
  { catalog, admission }: Pick<ProcessDependencies, "catalog" | "admission">,
  imageId: string,
): Promise<number> {
  const known = admission.putOffMs(imageId);
  if (known !== undefined) return known;
  const record = await catalog.images.find(imageId);
  if (!record || record === "gone" || record.status !== "queued" || !record.original) return 0;
  const { transforms } = nextPhase(record.original, wantedTransforms(record));
  const bytes = predictedBytes(record.original, transforms);
  return admission.putOffMs(imageId, { bytes, alone: runsAlone(record.original) }) ?? 0;
}

/** In a work folder of its own, which is gone afterwards; what cannot be removed is the sweep's. */
async function makeVariants(
  dependencies: ProcessDependencies,
  record: ImageRecord,
  signal: AbortSignal,
): Promise<ImageRecord | undefined> {
  const { workFolders, storageStepMs, logger } = dependencies;
  if (!record.original) throw new PixmillError("original_missing");
  const name = `${record.id}.${record.attempt}`;
  const folder = await whilePatient(workFolders.create(name), storageStepMs);
  const remove = (withinMs: number | undefined) =>
    whilePatient(workFolders.remove(name, [sourceName]), withinMs).catch((err: unknown) => {
      const isLate = err instanceof StorageSilence;
      const what = isLate ? "a work folder may be left: storage does not answer" : "a work folder is left";
      logger.warn({ err, imageId: record.id }, what);
    });
  try {
    const final = await renderIn(folder, dependencies, record, record.original, signal);
    await remove(storageStepMs);
    return final;
  } catch (error) {
    // Storage that hangs was waited for already.
    await remove(lastWordMs);
    throw error;
  }
}

async function renderIn(
  folder: string,
  dependencies: ProcessDependencies,
  record: ImageRecord,
  original: Original,
  signal: AbortSignal,
): Promise<ImageRecord | undefined> {
  const { storage, engine, admission, limits, stages, storageStepMs: stepMs } = dependencies;
  const patient = <T>(step: Promise<T>, bytes = 0) => whilePatient(step, stepMs ?? storagePatienceMs(bytes));
  const timed = <T>(stage: Stage, work: Promise<T>) => timeStage(stages, stage, work);
  const source = join(folder, sourceName);
  const found = await timed(
    "materialise",
    patient(materialise(storage, original.key, source), original.bytes),
  );
  if (!found) throw new PixmillError("original_missing");
  await patient(checkOriginal(storage, record, original, source), original.bytes);
  const { transforms, later } = nextPhase(original, wantedTransforms(record));
  const predicted = predictedBytes(original, transforms);
  const release = await timed("admit", admission.admit(predicted, runsAlone(original), signal));
  const startedAt = performance.now();
  const hasPlaceholder = record.placeholder !== null;
  const request = {
    folder,
    header: original,
    transforms,
    limits,
    predictedBytes: predicted,
    hasPlaceholder,
  };
  const rendering = engine.render(request, signal);
  const result = await timed("render", rendering).finally(release);
  const renderMs = performance.now() - startedAt;
  signal.throwIfAborted();
  const storing = storeVariants(dependencies, record, folder, result);
  const resultBytes = result.rendered.reduce((sum, { bytes }) => sum + bytes, 0);
  const variants = await timed("store", patient(storing, resultBytes));
  const outcome = { variants, placeholder: result.placeholder, renderMs };
  if (later.length === 0) return await timed("finish", patient(finishImage(dependencies, record, outcome)));
  await timed("finish", patient(handOnImage(dependencies, record, outcome, later)));
  return undefined;
}

/** A retry and a later phase make only what is still to be made. */
function wantedTransforms(record: ImageRecord) {
  const pending = new Set(record.variants.filter((v) => v.status === "pending").map((v) => v.name));
  return record.transforms.filter(({ name }) => pending.has(name));
}
