import { setTimeout as sleep } from "node:timers/promises";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import { removeAllBuried } from "./delete-image.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** How long the answer waits for the files of a batch to go, in milliseconds; the rest go behind it. */
const patienceMs = 3_000;

/**
 * Deletes a batch and all of its images: the tombstones in one commit, from which on they are `gone` and no worker
 * can finish them, then the files; the reconciler removes what a kill leaves. Idempotent. Rejects with `not_found`.
 */
export async function deleteBatch(
  dependencies: Pick<ResizeDependencies, "catalog" | "storage" | "events" | "logger">,
  batchId: string,
): Promise<void> {
  const { catalog, events, logger } = dependencies;
  const unfinished = isImageId(batchId) ? await catalog.tombstones.buryBatch(batchId) : undefined;
  if (!unfinished) {
    if (isImageId(batchId) && (await catalog.batches.find(batchId)) === "gone") return;
    throw new PixmillError("not_found", { detail: "There is no batch with that id." });
  }
  for (const imageId of unfinished) events.publish({ type: "image.cancelled", imageId, batchId });
  logger.info({ batchId }, "batch deleted");
  const removing = removeAllBuried(dependencies).catch((err) =>
    logger.warn({ batchId, err }, "files of a deleted batch are left for later"),
  );
  const late = new AbortController();
  const patience = sleep(patienceMs, undefined, { signal: late.signal }).catch(() => {});
  await Promise.race([removing, patience]);
  late.abort();
}
