import type { ImageRecord } from "../catalog/image-record.ts";
import { isImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { findImage } from "./find-image.ts";
import { finishBatch } from "./finish-batch.ts";
import { removeResults } from "./remove-results.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage" | "events" | "logger">;

/**
 * Tombstone first (from then on the image is `gone`, and the raised fence stops its worker), then the files, then
 * the row's content. A kill in between leaves a tombstone, which the reconciler finishes. Idempotent.
 */
export async function deleteImage(dependencies: Needs, id: string): Promise<void> {
  const { catalog, events, logger } = dependencies;
  if (isImageId(id) && (await catalog.images.find(id)) === "gone") return;
  await findImage(dependencies, id);
  const record = await catalog.images.bury(id);
  if (!record) return;
  events.publish({ type: "image.cancelled", imageId: id, ...batchOf(record) });
  await removeBuried(dependencies, record);
  await finishBatch(dependencies, record.batchId);
  logger.info({ imageId: id }, "image deleted");
}

/** Removes the files of a tombstone, then empties its row. */
export async function removeBuried(
  { catalog, storage }: Pick<Needs, "catalog" | "storage">,
  record: ImageRecord,
): Promise<void> {
  if (record.original) await storage.delete(record.original.key);
  await removeResults(storage, record, { all: true });
  await catalog.images.remove(record.id);
}
