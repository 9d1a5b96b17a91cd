import { batchIsClosed, noSuchBatch } from "../catalog/accept.ts";
import type { UniqueRequest } from "../catalog/answers.ts";
import type { BatchRecord, UncountedBatch } from "../catalog/image-record.ts";
import { isImageId, newImageId } from "../image/image-id.ts";
import { callbackOf } from "./check-callback.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch } from "./find-batch.ts";
import { finishBatch } from "./finish-batch.ts";
import { chooseTransforms, type SubmitOptions } from "./submit-options.ts";

/** Makes an empty batch that takes images until it is closed, or until none came for `batchIdleMs`. */
export async function openBatch(
  dependencies: Pick<ResizeDependencies, "catalog" | "presets" | "callbacks" | "logger" | "batchIdleMs">,
  options: SubmitOptions,
  request?: UniqueRequest,
): Promise<BatchRecord> {
  const { catalog, presets, logger, batchIdleMs: idleMs } = dependencies;
  const id = newImageId();
  const callbackUrl = callbackOf(dependencies, options);
  const chosen = chooseTransforms(presets(), options);
  const { client = null } = options;
  await catalog.batches.open({ id, idleMs, callbackUrl, client, ...chosen }, request);
  logger.info({ batchId: id }, "batch opened");
  return findBatch(dependencies, id);
}

/** Ends the adding; the batch is done when its images are. Of a batch that takes none it is no error. */
export async function closeBatch(
  dependencies: Pick<ResizeDependencies, "catalog" | "events" | "logger">,
  id: string,
): Promise<BatchRecord> {
  await findBatch(dependencies, id);
  if (await dependencies.catalog.batches.close(id)) dependencies.logger.info({ batchId: id }, "batch closed");
  await finishBatch(dependencies, id);
  return findBatch(dependencies, id);
}

/**
 * The open batch that images shall be added to, looked at before their files are stored; the catalog judges again
 * when it takes them. Rejects with `invalid_request` or `already_final`.
 */
export async function findOpenBatch(
  { catalog }: Pick<ResizeDependencies, "catalog">,
  id: string,
): Promise<UncountedBatch> {
  const batch = isImageId(id) ? await catalog.batches.findUncounted(id) : undefined;
  if (batch === undefined || batch === "gone") throw noSuchBatch();
  if (!batch.isOpen) throw batchIsClosed();
  return batch;
}
