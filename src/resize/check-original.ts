import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { onDisk } from "../storage/disk-fault.ts";
import type { Storage } from "../storage/storage.ts";

/** An original is written before its row; so much may the clocks of storage and catalog differ. Milliseconds. */
const clockMs = 1_000;

/**
 * Rejects with `original_missing` when storage holds something else than what was accepted. Hashing takes
 * 2 ms a photo, so only what was written after the image was accepted is hashed: what somebody replaced by hand or
 * restored from a copy, and what was fetched.
 */
export async function checkOriginal(
  storage: Storage,
  { createdAt }: Pick<ImageRecord, "createdAt">,
  { key, bytes, sha256 }: { readonly key: string; readonly bytes: number; readonly sha256: string },
  path: string,
): Promise<void> {
  const stored = await storage.stat(key);
  if (!stored) throw new PixmillError("original_missing");
  if (stored.size !== bytes) throw replaced();
  if (stored.modifiedAt.getTime() <= createdAt.getTime() + clockMs) return;
  const hash = createHash("sha256");
  await onDisk(pipeline(createReadStream(path), hash), bytes);
  if (hash.digest("hex") !== sha256) throw replaced();
}

function replaced(): PixmillError {
  return new PixmillError("original_missing", {
    detail: "The original was replaced by another file after it was accepted.",
  });
}
