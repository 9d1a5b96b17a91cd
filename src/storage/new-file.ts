import { type FileHandle, open, unlink } from "node:fs/promises";
import { onDisk } from "./disk-fault.ts";
import { tidied } from "./storage-patience.ts";

/** A megabyte a system call: 3 MB in pieces of 64 kB cost 1.0 ms CPU so, 2.3 ms at a quarter of it. */
const batchBytes = 1024 * 1024;
/**
 * What all files that are being written may hold together. Above it each holds a small batch: a thousand clients who
 * send nearly a megabyte and then stand still must not cost a gigabyte.
 */
const sharedBytes = 32 * 1024 * 1024;
const smallBatchBytes = 64 * 1024;
let gathered = 0;

/** Tiny pieces are written before their bookkeeping outweighs them. */
const batchPieces = 256;

/** More than any buffer that a form's parser keeps and shows parts of: no boundary is longer than a header, 16 kB. */
const freedBytes = 32 * 1024;

export type Content = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

interface NewFile {
  /** Called with the number of bytes that came so far, before more is taken: throws to refuse. */
  readonly onLength?: (bytes: number) => void;
  /** Called with each piece in order, while the disk is busy with it. */
  readonly onPiece?: (piece: Uint8Array) => void;
  /** The pieces are given away: the memory of large ones is freed as soon as they are written. */
  readonly owned?: boolean;
  /** Called with the file, which can be read, before it is closed. */
  readonly onEnd?: (file: FileHandle, bytes: number) => Promise<void>;
}

interface Gathering extends Pick<NewFile, "onLength" | "onPiece" | "owned"> {
  /** What came before the source broke is written before its error is thrown. */
  readonly keepPart?: boolean;
  /** Where in the file the first byte goes; where the file stands, when not given. */
  readonly position?: number;
}

/**
 * Writes everything that `content` gives into a new read-only file, holding at most a megabyte and one piece, less
 * where many are written at once, and resolves to the number of bytes; after any failure there is no file, and the
 * source is ended. The source's own errors are thrown as they are, the disk's as `diskFault` says. Pieces must not be
 * reused by the source.
 */
export async function writeNewFile(path: string, content: Content, options: NewFile = {}): Promise<number> {
  // Not awaited here: a stream that breaks while nobody listens to it ends the process.
  const handle = open(path, "wx+", 0o444);
  const opening = onDisk(handle);
  opening.catch(() => {});
  try {
    const bytes = await writeGathered(opening, content, options);
    const file = await opening;
    await options.onEnd?.(file, bytes);
    await onDisk(file.close());
    return bytes;
  } catch (error) {
    // The failure that brought us here is the one to tell; a file that stays is swept with its folder.
    await tidied(
      handle.then((file) => abandon(file, path)),
      error,
    );
    throw error;
  }
}

async function abandon(file: FileHandle, path: string): Promise<void> {
  await Promise.allSettled([file.close(), unlink(path)]);
}

/** Writes what comes where the file stands, about a megabyte at a time, and resolves to the number of bytes. */
export async function writeGathered(
  opening: Promise<FileHandle>,
  content: Content,
  options: Gathering,
): Promise<number> {
  let batch: Uint8Array[] = [];
  let held = 0;
  let total = 0;
  let { position } = options;
  const flush = async () => {
    const file = await opening;
    const pieces = batch;
    const length = held;
    // Before the write: what the disk took half of must not be written again.
    batch = [];
    held = 0;
    // Started before the pieces are looked at: the hash is taken on this thread while another one writes.
    const writing = writeAll(file, pieces, length, position).finally(() => {
      gathered -= length;
    });
    if (position !== undefined) position += length;
    const written = onDisk(writing, length);
    if (options.onPiece) for (const piece of pieces) options.onPiece(piece);
    await written;
    if (options.owned) for (const piece of pieces) free(piece);
  };
  try {
    for await (const piece of content) {
      total += piece.length;
      options.onLength?.(total);
      batch.push(piece);
      held += piece.length;
      gathered += piece.length;
      const most = gathered > sharedBytes ? smallBatchBytes : batchBytes;
      if (held >= most || batch.length >= batchPieces) await flush();
    }
    if (held > 0) await flush();
    return total;
  } catch (error) {
    if (options.keepPart && held > 0) await flush();
    throw error;
  } finally {
    gathered -= held;
  }
}

/** A full disk first shows as a write that is shorter than asked; only the next one says why. */
async function writeAll(
  file: FileHandle,
  batch: Uint8Array[],
  bytes: number,
  position: number | undefined,
): Promise<void> {
  let { bytesWritten } = await file.writev(batch, position);
  if (bytesWritten === bytes) return;
  const whole = Buffer.concat(batch);
  while (bytesWritten < bytes) {
    const at = position === undefined ? null : position + bytesWritten;
    bytesWritten += (await file.write(whole, bytesWritten, null, at)).bytesWritten;
  }
}

/**
 * Gives a piece's memory back. V8 sees no more of it than a small handle, collects late, and then promotes what is
 * in use: a full collection for every other photo.
 */
function free({ buffer, byteLength }: Uint8Array): void {
  const isWhole = byteLength === buffer.byteLength && buffer instanceof ArrayBuffer;
  if (isWhole && byteLength >= freedBytes) buffer.transfer(0);
}
