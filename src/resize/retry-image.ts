import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { dispatch } from "./dispatch.ts";
import { findImage } from "./find-image.ts";

/** Puts a failed or cancelled image back into the queue, as a new generation. Else rejects with `already_final`. */
export async function retryImage(
  dependencies: Pick<ResizeDependencies, "catalog" | "queue" | "events" | "logger">,
  id: string,
): Promise<ImageRecord> {
  const { status, original, sourceUrl } = await findImage(dependencies, id);
  if (!original && sourceUrl === null && status === "failed") {
    throw new PixmillError("already_final", {
      detail: "The file was refused and not kept: upload it again.",
    });
  }
  const record = await dependencies.catalog.images.retry(id);
  if (!record) {
    const detail = `Only a failed or cancelled image can be tried again; this one is ${status}.`;
    throw new PixmillError("already_final", { detail });
  }
  dependencies.logger.info({ imageId: id, generation: record.generation }, "image is tried again on request");
  await dispatch(dependencies, record);
  return record;
}
