import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { finishBatch } from "./finish-batch.ts";
import { removeResults } from "./remove-results.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage" | "events" | "logger">;

/**
 * Tombstone first (from then on the image is `gone`, and the raised fence stops its worker), then the files, then
 * the row's content. A kill in between leaves a tombstone, which the reconciler finishes. Idempotent, and of two at
 * once one does it. Rejects with `not_found`.
 */
export async function deleteImage(dependencies: Needs, id: string): Promise<void> {
  const { catalog, events, logger } = dependencies;
  const record = isImageId(id) ? await catalog.images.bury(id) : undefined;
  if (!record) return await requireTombstone(dependencies, id);
  events.publish({ type: "image.cancelled", imageId: id, ...batchOf(record) });
  await removeBuried(dependencies, record);
  await finishBatch(dependencies, record.batchId);
  logger.info({ imageId: id }, "image deleted");
}

async function requireTombstone({ catalog }: Pick<Needs, "catalog">, id: string): Promise<void> {
  if (isImageId(id) && (await catalog.images.find(id)) === "gone") return;
  throw new PixmillError("not_found", { detail: "There is no image with that id." });
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
