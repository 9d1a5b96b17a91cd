import { PixmillError } from "../errors.ts";
import { formatTable } from "../image/format.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findImage } from "./find-image.ts";
import { openObject, type StoredContent } from "./stored-content.ts";

/** Rejects with `not_found`, `gone`, or `not_ready` while a source address is not fetched yet. */
export async function findOriginal(
  dependencies: Pick<ResizeDependencies, "catalog" | "storage">,
  id: string,
): Promise<StoredContent> {
  const record = await findImage(dependencies, id);
  const { original } = record;
  if (!original) {
    throw record.error
      ? new PixmillError("not_found", { detail: "The image has no original: it was refused." })
      : new PixmillError("not_ready", { detail: "The original is not here yet.", retryAfter: 1 });
  }
  return {
    record,
    mime: formatTable[original.format].mime,
    filename: record.filename,
    bytes: original.bytes,
    sha256: original.sha256,
    open: (range) => openObject(dependencies, id, original.key, range, "original_missing"),
  };
}
