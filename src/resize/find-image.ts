import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** Rejects with `not_found` (a malformed id too) or `gone`. */
export async function findImage(
  { catalog }: Pick<ResizeDependencies, "catalog">,
  id: string,
): Promise<ImageRecord> {
  const record = isImageId(id) ? await catalog.images.find(id) : undefined;
  if (record === undefined)
    throw new PixmillError("not_found", { detail: "There is no image with that id." });
  if (record === "gone") throw new PixmillError("gone", { detail: "The image was deleted." });
  return record;
}
