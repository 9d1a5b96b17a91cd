import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { PixmillError } from "../errors.ts";
import { diskFault, onDisk } from "./disk-fault.ts";
import type { ByteRange } from "./storage.ts";
import { tidied, whilePatient } from "./storage-patience.ts";

const pieceBytes = 256 * 1024;

/**
 * The bytes of an open file from `start` to `end`, both included, or fewer when it ends before. Unlike Node's own
 * stream it fails with errors of our table. It closes the file when it ends or is destroyed; one of the two must
 * happen.
 */
export function fileStream(file: FileHandle, { start, end }: ByteRange): Readable {
  let position = start;
  const read = async () => {
    // No more than there is: buffers that are larger than what they hold make V8 collect all of its heap for each
    // few small files.
    const wanted = Math.min(pieceBytes, end - position + 1);
    const reading = file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
    const { bytesRead, buffer } = await whilePatient(reading);
    position += bytesRead;
    return bytesRead === 0 ? null : buffer.subarray(0, bytesRead);
  };
  return new Readable({
    highWaterMark: pieceBytes,
    read() {
      if (position > end) {
        this.push(null);
        return;
      }
      read().then(
        (piece) => this.push(piece),
        (error: Error) => this.destroy(error),
      );
    },
    destroy(error, callback) {
      const fault = error && (diskFault(error) as Error);
      void tidied(file.close(), fault).then(() => callback(fault));
    },
  });
}

/**
 * As `fileStream`, of all of the file, or of a range that is cut at its end. Rejects with `range_not_satisfiable` when
 * that begins behind it; the file is closed then.
 */
export async function contentOf(file: FileHandle, range?: ByteRange): Promise<Readable> {
  try {
    const { size } = await onDisk(file.stat());
    const { start, end } = range ?? { start: 0, end: size };
    if (range && (start >= size || start > end)) throw new PixmillError("range_not_satisfiable");
    return fileStream(file, { start, end: Math.min(end, size - 1) });
  } catch (error) {
    await tidied(file.close(), error);
    throw error;
  }
}
