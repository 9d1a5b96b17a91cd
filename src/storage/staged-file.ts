import { createHash, randomUUID } from "node:crypto";
import { type FileHandle, open, stat, unlink } from "node:fs/promises";
import { join } from "node:path";
import { PixmillError } from "../errors.ts";
import type { RangeReader } from "../image/header-bytes.ts";
import { onDisk, opened, unlessMissing } from "./disk-fault.ts";
import { fileStream } from "./file-stream.ts";
import { linkOrCopy } from "./link-or-copy.ts";
import { type Content, writeNewFile } from "./new-file.ts";
import { lastWordMs, StorageSilence, whilePatient } from "./storage-patience.ts";
import { syncFile } from "./sync-path.ts";

/** A file that came in whole and waits for its final key. Its content is durable, its name is not. */
export interface StagedFile<Facts> {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** What was seen in it. */
  readonly facts: Facts;
  /** Removes the file, or leaves that to storage that hangs. After it was adopted, or twice, it does nothing. */
  discard(): Promise<void>;
}

interface Staging<Facts> {
  readonly folder: string;
  readonly maxBytes: number;
  /** Called with each piece, before it is written: throws to refuse. */
  readonly checkRoom?: () => void;
  readonly inspect: (read: RangeReader, bytes: number) => Promise<Facts>;
}

/**
 * Receives a file into `folder` under a name of its own, never the user's, and syncs it: the file is opened once,
 * and `adopt` has only its name to see to. `inspect` looks into it first, by ranged reads, when it is whole, and
 * throws to refuse it.
 *
 * More than `maxBytes` is `file_too_large` as soon as it shows, nothing at all is `empty_file`, the disk's
 * failures are `storage_full` and `storage_error`, and the source's own are thrown as they are; each of them
 * leaves no file. Leaving early ends the iterator, which destroys a stream: who still needs the socket gives an
 * iterator that does not. The pieces are given away: large ones cannot be read once they are written.
 */
export async function stageFile<Facts>(
  content: Content,
  options: Staging<Facts>,
): Promise<StagedFile<Facts>> {
  const { folder, maxBytes, checkRoom, inspect } = options;
  const path = join(folder, `${randomUUID()}.part`);
  const hash = createHash("sha256");
  let facts!: Facts; // set at the end of the file, before writeNewFile resolves
  const bytes = await writeNewFile(path, content, {
    onLength: (length) => {
      if (length > maxBytes) throw tooLarge(maxBytes);
      checkRoom?.();
    },
    onPiece: (piece) => hash.update(piece),
    owned: true,
    onEnd: async (file, length) => {
      if (length === 0) throw new PixmillError("empty_file");
      facts = await inspect(rangesOf(file), length);
      await onDisk(file.sync(), length);
    },
  });
  return { path, bytes, sha256: hash.digest("hex"), facts, discard: () => discardFile(path) };
}

/**
 * As `stageFile`, for a file that is here already: a second name of it, which `adopt` can take while the first one
 * stays until the object is known to the catalog. The file itself becomes read-only and durable.
 */
export async function stageLink<Facts>(source: string, options: Staging<Facts>): Promise<StagedFile<Facts>> {
  const { folder, maxBytes, inspect } = options;
  const path = join(folder, `${randomUUID()}.part`);
  const { size: bytes } = await onDisk(stat(source));
  await onDisk(linkOrCopy(source, path), bytes);
  try {
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    if (bytes === 0) throw new PixmillError("empty_file");
    const file = await opened(open(path, "r"));
    const content = fileStream(file, { start: 0, end: bytes - 1 });
    try {
      const facts = await inspect(rangesOf(file), bytes);
      await onDisk(syncFile(path), bytes);
      const hash = createHash("sha256");
      for await (const piece of content) hash.update(piece);
      return { path, bytes, sha256: hash.digest("hex"), facts, discard: () => discardFile(path) };
    } finally {
      content.destroy();
    }
  } catch (error) {
    await discardFile(path);
    throw error;
  }
}

async function discardFile(path: string): Promise<void> {
  try {
    await onDisk(whilePatient(unlessMissing(unlink(path)), lastWordMs));
  } catch (error) {
    if (!(error instanceof StorageSilence)) throw error;
  }
}

function rangesOf(file: FileHandle): RangeReader {
  return async (start, length) => {
    const { buffer, bytesRead } = await onDisk(file.read(Buffer.allocUnsafe(length), 0, length, start));
    return buffer.subarray(0, bytesRead);
  };
}

function tooLarge(maxBytes: number): PixmillError {
  return new PixmillError("file_too_large", { detail: `The file is larger than ${maxBytes} bytes.` });
}
