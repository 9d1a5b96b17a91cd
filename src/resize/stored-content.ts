import type { Readable } from "node:stream";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { ByteRange } from "../storage/storage.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findImage } from "./find-image.ts";

/** A file that can be delivered. */
export interface StoredContent {
  readonly record: ImageRecord;
  readonly mime: string;
  /** For `Content-Disposition`: display text. */
  readonly filename: string;
  readonly bytes: number;
  /** Lower-case hex of the content: the strong ETag. */
  readonly sha256: string;
  open(range?: ByteRange): Promise<Readable>;
}

/**
 * Opens an object that the catalog said is there. Rejects with `gone` when the image was deleted since, and with
 * `missing` when storage has lost it.
 */
export async function openObject(
  dependencies: Pick<ResizeDependencies, "catalog" | "storage">,
  imageId: string,
  key: string,
  range: ByteRange | undefined,
  missing: "original_missing" | "storage_error",
): Promise<Readable> {
  const stream = await dependencies.storage.get(key, range);
  if (stream) return stream;
  await findImage(dependencies, imageId);
  throw new PixmillError(missing);
}
