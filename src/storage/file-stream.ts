import type { FileHandle } from "node:fs/promises";
import { Readable } from "node:stream";
import { diskFault } from "./disk-fault.ts";

const pieceBytes = 256 * 1024;

/**
 * The bytes of an open file from `start` to `end` (both included) or to its end. Unlike Node's own stream it
 * fails with errors of our table. It closes the file when it ends or is destroyed; one of the two must happen.
 */
export function fileStream(file: FileHandle, start = 0, end = Number.POSITIVE_INFINITY): Readable {
  let position = start;
  const read = async () => {
    const wanted = Math.min(pieceBytes, end - position + 1);
    const { bytesRead, buffer } = await file.read(Buffer.allocUnsafeSlow(wanted), 0, wanted, position);
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
      file.close().then(
        () => callback(fault),
        () => callback(fault),
      );
    },
  });
}
