import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { batchOf } from "./dispatch.ts";
import { findImage } from "./find-image.ts";
import { finishBatch } from "./finish-batch.ts";

/**
 * Cancels an image that is not final, else rejects with `already_final`. The fence is raised in the same write,
 * so a worker that is busy with it can no longer finish it; the event lets that worker stop early.
 */
export async function cancelImage(
  dependencies: Pick<ResizeDependencies, "catalog" | "events" | "logger">,
  id: string,
): Promise<ImageRecord> {
  await findImage(dependencies, id);
  const record = await dependencies.catalog.images.cancel(id);
  if (!record) {
    const { status } = await findImage(dependencies, id);
    throw new PixmillError("already_final", { detail: `The image is already ${status}.` });
  }
  dependencies.logger.info({ imageId: id }, "image cancelled");
  dependencies.events.publish({ type: "image.cancelled", imageId: id, ...batchOf(record) });
  await finishBatch(dependencies, record.batchId);
  return record;
}
