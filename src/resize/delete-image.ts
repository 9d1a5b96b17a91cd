import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import { inParallel } from "../in-parallel.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { finishBatch } from "./finish-batch.ts";
import { removeResults } from "./remove-results.ts";
import { findStrayOriginals } from "./stray-originals.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage" | "events" | "logger">;

/**
 * Tombstone first (from then on the image is `gone`, and the raised fence stops its worker), then the files, then
 * the row's content. A kill in between leaves a tombstone, which the reconciler finishes. Idempotent, and of two at
 * once one does it. Rejects with `not_found`.
 */
export async function deleteImage(dependencies: Needs, id: string): Promise<void> {
  const { catalog, events, logger } = dependencies;
  const record = isImageId(id) ? await catalog.tombstones.buryImage(id) : undefined;
  if (!record) return await requireTombstone(dependencies, id);
  events.publish({ type: "image.cancelled", imageId: id, ...batchOf(record) });
  const strays = await findStrayOriginals(dependencies.storage, [record]);
  await removeBuried(dependencies, record, strays.get(id));
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
  while ((await removePage(dependencies, failed)) > 0);
  for (const [, error] of failed) throw error;
}

/**
 * As `removeAllBuried`, for some hundred tombstones: whoever has other things to do comes back for the rest.
 */
export async function removeSomeBuried(dependencies: Pick<Needs, "catalog" | "storage">): Promise<void> {
  const failed = new Map<string, unknown>();
  await removePage(dependencies, failed);
  for (const [, error] of failed) throw error;
}

/** The oldest tombstones but those that `failed`, to which it adds; returns how many it came to. */
async function removePage(
  dependencies: Pick<Needs, "catalog" | "storage">,
  failed: Map<string, unknown>,
): Promise<number> {
  const oldest = await dependencies.catalog.tombstones.buriedWithBlobs(pageSize + failed.size);
  const page = oldest.filter(({ id }) => !failed.has(id));
  const strays = await findStrayOriginals(dependencies.storage, page);
  await inParallel(page, removedAtOnce, (record) =>
    removeBuried(dependencies, record, strays.get(record.id)).catch((error: unknown) => {
      failed.set(record.id, error);
    }),
  );
  return page.length;
}

/** Removes the files of a tombstone, then empties its row. */
async function removeBuried(
  { catalog, storage }: Pick<Needs, "catalog" | "storage">,
  record: ImageRecord,
  strayOriginals: readonly string[] = [],
): Promise<void> {
  for (const key of strayOriginals) await storage.delete(key);
  if (record.original) await storage.delete(record.original.key);
  await removeResults(storage, record, { all: true });
  await catalog.tombstones.emptyImage(record.id);
}
