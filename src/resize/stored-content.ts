import type { Readable } from "node:stream";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { ByteRange, Storage } from "../storage/storage.ts";

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

/** Opens an object that the catalog says is there; `missing` is what to say when storage has lost it. */
export async function openObject(
  storage: Storage,
  key: string,
  range: ByteRange | undefined,
  missing: "original_missing" | "storage_error",
): Promise<Readable> {
  const stream = await storage.get(key, range);
  if (!stream) throw new PixmillError(missing);
  return stream;
}
