import { PixmillError } from "../errors.ts";
import { safeFileStem } from "../image/filename.ts";
import { formatTable } from "../image/format.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findImage } from "./find-image.ts";
import { openObject, type StoredContent } from "./stored-content.ts";

/** Rejects with `not_found`, `gone`, or `not_ready` while the variant is asked for but not made. */
export async function findVariant(
  dependencies: Pick<ResizeDependencies, "catalog" | "storage">,
  id: string,
  name: string,
): Promise<StoredContent> {
  const record = await findImage(dependencies, id);
  const variant = record.variants.find((candidate) => candidate.name === name);
  if (!variant) {
    const names = record.variants.map((candidate) => candidate.name).join(", ");
    throw new PixmillError("not_found", {
      detail: `The image has no variant of that name; it has: ${names}.`,
    });
  }
  if (variant.status === "failed" || (variant.status === "pending" && record.status === "failed")) {
    throw new PixmillError("not_found", {
      detail: "This variant could not be made; see the image's `error`.",
    });
  }
  if (variant.status === "pending") throw new PixmillError("not_ready", { retryAfter: 1 });
  const { mime, extension } = formatTable[variant.format];
  return {
    record,
    mime,
    filename: `${safeFileStem(record.filename)}-${name}.${extension}`,
    bytes: variant.bytes,
    sha256: variant.sha256,
    open: (range) => openObject(dependencies, id, variant.key, range, "storage_error"),
  };
}
