import { createHash, randomUUID } from "node:crypto";
import { unlink } from "node:fs/promises";
import { join } from "node:path";
import { PixmillError } from "../errors.ts";
import { onDisk, unlessMissing } from "./disk-fault.ts";
import { type Content, writeNewFile } from "./new-file.ts";

/** A file that came in whole and waits for its final key. It is not durable before it is adopted. */
export interface StagedFile {
  readonly path: string;
  readonly bytes: number;
  /** Lower-case hex. */
  readonly sha256: string;
  /** Removes the file. After it was adopted, or twice, it does nothing. */
  discard(): Promise<void>;
}

/**
 * Receives a file into `folder` under a name of its own, never the user's. `adopt` makes it durable: syncing it
 * here as well would cost a second wait for the disk.
 *
 * More than `maxBytes` is `file_too_large` as soon as it shows, nothing at all is `empty_file`, the disk's
 * failures are `storage_full` and `storage_error`, and the source's own are thrown as they are; each of them
 * leaves no file. Leaving early ends the iterator, which destroys a stream: who still needs the socket gives an
 * iterator that does not. The pieces are given away: large ones cannot be read once they are written.
 */
export async function stageFile(
  content: Content,
  options: { readonly folder: string; readonly maxBytes: number },
): Promise<StagedFile> {
  const { folder, maxBytes } = options;
  const path = join(folder, `${randomUUID()}.part`);
  const discard = () => onDisk(unlessMissing(unlink(path)));
  const hash = createHash("sha256");
  const bytes = await writeNewFile(path, content, {
    onLength: (length) => {
      if (length > maxBytes) throw tooLarge(maxBytes);
    },
    onPiece: (piece) => hash.update(piece),
    owned: true,
    onEnd: async (_file, length) => {
      if (length === 0) throw new PixmillError("empty_file");
    },
  });
  return { path, bytes, sha256: hash.digest("hex"), discard };
}

function tooLarge(maxBytes: number): PixmillError {
  return new PixmillError("file_too_large", { detail: `The file is larger than ${maxBytes} bytes.` });
}
