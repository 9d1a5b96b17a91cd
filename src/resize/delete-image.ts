import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import { inParallel } from "../in-parallel.ts";
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

const pageSize = 500;
const removedAtOnce = 8;

/** Removes the files of every tombstone that has some. What cannot be removed now is told when the rest is done. */
export async function removeAllBuried(dependencies: Pick<Needs, "catalog" | "storage">): Promise<void> {
  const failed = new Map<string, unknown>();
  for (;;) {
    const page = await dependencies.catalog.images.buriedWithBlobs(pageSize + failed.size);
    const left = page.filter(({ id }) => !failed.has(id));
    await inParallel(left, removedAtOnce, (record) =>
      removeBuried(dependencies, record).catch((error: unknown) => {
        failed.set(record.id, error);
      }),
    );
    if (left.length === 0) break;
  }
  for (const [, error] of failed) throw error;
}

/** Removes the files of a tombstone, then empties its row. */
async function removeBuried(
  { catalog, storage }: Pick<Needs, "catalog" | "storage">,
  record: ImageRecord,
): Promise<void> {
  if (record.original) await storage.delete(record.original.key);
  await removeResults(storage, record, { all: true });
  await catalog.images.remove(record.id);
}
