import type { ImageRecord } from "../catalog/image-record.ts";
import { type PixmillError, toStoredError } from "../errors.ts";
import { endingOf } from "../image/outcome.ts";
import type { Placeholder } from "../image/placeholder.ts";
import type { Transform } from "../image/transform.ts";
import type { Variant } from "../image/variant.ts";
import { predictedWorkMs, unknownWorkMs } from "../image/work.ts";
import { batchOf, dispatch } from "./dispatch.ts";
import { finishBatch } from "./finish-batch.ts";
import type { ProcessDependencies } from "./process-image.ts";
import { removeResults } from "./remove-results.ts";

type Needs = Pick<ProcessDependencies, "catalog" | "storage" | "events" | "logger" | "workerName">;

/** What an attempt came to: every variant of the image, with what was made before. */
export interface AttemptResult {
  readonly variants: readonly Variant[];
  readonly placeholder: Placeholder | null;
  readonly renderMs: number;
}

/** Writes the result of an attempt; when the fence was raised meanwhile, takes the attempt's files away again. */
export async function finishImage(
  dependencies: Needs,
  record: ImageRecord,
  { variants, placeholder, renderMs }: AttemptResult,
): Promise<ImageRecord | undefined> {
  const { catalog, logger, workerName } = dependencies;
  const finished = await catalog.claims.finish(record.id, record.attempt, {
    ...endingOf(variants, null),
    ...(placeholder && { placeholder }),
  });
  if (!finished) return await dropResults(dependencies, record, variants);
  const { id: imageId, status } = finished;
  const ms = Date.now() - record.createdAt.getTime();
  logger.info(
    { imageId, status, worker: workerName, attempt: record.attempt, renderMs: Math.round(renderMs), ms },
    `${workerName} finished an image`,
  );
  await announce(dependencies, finished);
  if (record.attempt > 1) await cleanUp(dependencies, finished);
  return finished;
}

/** Shows what one phase made, and puts the image back into the queue for the rest. */
export async function handOnImage(
  dependencies: Needs & Pick<ProcessDependencies, "queue">,
  record: ImageRecord,
  { variants, placeholder, renderMs }: AttemptResult,
  later: readonly Transform[],
): Promise<void> {
  const { catalog, logger, workerName } = dependencies;
  const cost = record.original ? predictedWorkMs(record.original, later) : unknownWorkMs;
  const next = { variants, cost, ...(placeholder && { placeholder }) };
  const handedOn = await catalog.claims.handOn(record, next);
  if (!handedOn) return await dropResults(dependencies, record, variants);
  logger.info(
    { imageId: record.id, worker: workerName, attempt: record.attempt, renderMs: Math.round(renderMs) },
    `${workerName} made the first variants of an image`,
  );
  await dispatch(dependencies, handedOn);
}

async function dropResults(
  { storage, logger }: Pick<Needs, "storage" | "logger">,
  record: ImageRecord,
  variants: readonly Variant[],
): Promise<undefined> {
  for (const key of newKeys(record, variants)) await storage.delete(key);
  logger.info({ imageId: record.id, attempt: record.attempt }, "late result dropped: a newer attempt has it");
}

/** Writes the reason why no more can be made of an image. Variants that earlier attempts made stay. */
export async function failImage(
  dependencies: Needs,
  record: ImageRecord,
  error: PixmillError,
): Promise<ImageRecord | undefined> {
  const ending = endingOf(record.variants, toStoredError(error));
  const failed = await dependencies.catalog.claims.finish(record.id, record.attempt, ending);
  if (!failed) return undefined;
  await announce(dependencies, failed);
  await cleanUp(dependencies, failed);
  return failed;
}

/** The image has ended and everybody was told: what cannot be cleaned up is left, and is no failure of it. */
async function cleanUp(
  { storage, logger }: Pick<Needs, "storage" | "logger">,
  record: ImageRecord,
): Promise<void> {
  await removeResults(storage, record, { all: false }).catch((err) =>
    logger.warn({ imageId: record.id, err }, "files of earlier attempts are left"),
  );
}

async function announce(dependencies: Pick<Needs, "catalog" | "events">, record: ImageRecord): Promise<void> {
  const type = record.status === "done" ? "image.done" : "image.failed";
  dependencies.events.publish({ type, imageId: record.id, ...batchOf(record) });
  await finishBatch(dependencies, record.batchId);
}

/** Keys carry the attempt, so what this attempt wrote is nobody else's. */
function newKeys(record: ImageRecord, variants: readonly Variant[]): string[] {
  const before = new Set(record.variants.map((variant) => (variant.status === "ready" ? variant.key : "")));
  return variants.flatMap((variant) =>
    variant.status === "ready" && !before.has(variant.key) ? [variant.key] : [],
  );
}
