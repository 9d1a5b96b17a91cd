import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { setImmediate as others } from "node:timers/promises";
import type { ByteRange } from "../../storage/storage.ts";
import { centralRecord, endRecords, localHeader, needsZip64, type ZipEntry } from "./zip-records.ts";

/** Pieces of the answer: a header of sixty bytes is not worth a write of its own. */
const pieceBytes = 64 * 1024;

/** So many records are made in a few milliseconds; then other requests have their turn. */
const recordsAtOnce = 1_000;

/** The content of an entry from `start` on; `undefined` when it was deleted meanwhile. */
type OpenEntry<E> = (entry: E, range: ByteRange | undefined) => Promise<Readable | undefined>;

interface Layout {
  readonly bytes: number;
  readonly sha256: string;
  readonly directoryAt: number;
  readonly directoryBytes: number;
  readonly zip64: boolean;
}

/**
 * An archive whose every byte is known before the first is read: its length, its tag, and what lies where. So a broken
 * download can go on where it ended, and nothing is held but the list of entries.
 *
 * What was deleted since the list was made is left out. The length was promised, so zeros stand in its place, and in
 * the place of its record: the directory at the end says what the archive holds and where.
 */
export class ZipArchive<E extends ZipEntry> {
  readonly bytes: number;
  /** Lower-case hex; another list, another tag. */
  readonly sha256: string;
  readonly #entries: readonly E[];
  readonly #directoryAt: number;
  readonly #directoryBytes: number;
  readonly #zip64: boolean;

  private constructor(entries: readonly E[], layout: Layout) {
    this.#entries = entries;
    this.#directoryAt = layout.directoryAt;
    this.#directoryBytes = layout.directoryBytes;
    this.#zip64 = layout.zip64;
    this.bytes = layout.bytes;
    this.sha256 = layout.sha256;
  }

  static async of<E extends ZipEntry>(entries: readonly E[]): Promise<ZipArchive<E>> {
    const hash = createHash("sha256");
    let [at, directoryBytes] = [0, 0];
    for (const [index, entry] of entries.entries()) {
      if (index % recordsAtOnce === recordsAtOnce - 1) await others();
      const record = centralRecord(entry, at);
      hash.update(record);
      directoryBytes += record.length;
      at += entryBytes(entry);
    }
    const directory = { entries: entries.length, offset: at, bytes: directoryBytes };
    const zip64 = needsZip64(directory);
    const bytes = at + directoryBytes + endRecords({ ...directory, zip64 }).length;
    return new ZipArchive(entries, {
      bytes,
      sha256: hash.digest("hex"),
      directoryAt: at,
      directoryBytes,
      zip64,
    });
  }

  /** The bytes of the range, or all. It fails when storage does, so that the client knows it has not got all. */
  read(open: OpenEntry<E>, range: ByteRange = { start: 0, end: this.bytes - 1 }): Readable {
    return Readable.from(inPieces(this.#read(open, range)), { objectMode: false });
  }

  async *#read(open: OpenEntry<E>, range: ByteRange): AsyncGenerator<Uint8Array> {
    const missing = new Map<E, Buffer>();
    let at = 0;
    for (const entry of this.#entries) {
      const next = at + entryBytes(entry);
      if (next > range.start && at <= range.end) {
        if (!(yield* readEntry(entry, at, open, range))) missing.set(entry, centralRecord(entry, at));
      }
      at = next;
    }
    if (range.end >= this.#directoryAt) yield* this.#readDirectory(missing, range);
  }

  async *#readDirectory(missing: ReadonlyMap<E, Buffer>, range: ByteRange): AsyncGenerator<Uint8Array> {
    const left = [...missing.values()].reduce((sum, { length }) => sum + length, 0);
    yield cut(Buffer.alloc(left), this.#directoryAt, range);
    let from = this.#directoryAt + left;
    let at = 0;
    for (const [index, entry] of this.#entries.entries()) {
      if (index % recordsAtOnce === recordsAtOnce - 1) await others();
      if (!missing.has(entry)) {
        const record = centralRecord(entry, at);
        yield cut(record, from, range);
        from += record.length;
      }
      at += entryBytes(entry);
    }
    const directory = {
      entries: this.#entries.length - missing.size,
      offset: this.#directoryAt + left,
      bytes: this.#directoryBytes - left,
    };
    yield cut(endRecords({ ...directory, zip64: this.#zip64 }), from, range);
  }
}

function entryBytes(entry: ZipEntry): number {
  return 30 + Buffer.byteLength(entry.name) + entry.bytes;
}

/** Returns `false` when there was nothing to read, and the zeros that fill its place were written. */
async function* readEntry<E extends ZipEntry>(
  entry: E,
  at: number,
  open: OpenEntry<E>,
  range: ByteRange,
): AsyncGenerator<Uint8Array, boolean> {
  const header = localHeader(entry);
  const contentAt = at + header.length;
  const start = Math.max(0, range.start - contentAt);
  const end = Math.min(entry.bytes - 1, range.end - contentAt);
  if (start > end) {
    yield cut(header, at, range);
    return true;
  }
  const isWhole = start === 0 && end === entry.bytes - 1;
  const content = await open(entry, isWhole ? undefined : { start, end });
  let left = end - start + 1;
  if (!content) {
    yield cut(Buffer.alloc(header.length), at, range);
    for (; left > 0; left -= pieceBytes) yield Buffer.alloc(Math.min(left, pieceBytes));
    return false;
  }
  try {
    yield cut(header, at, range);
    for await (const piece of content as AsyncIterable<Uint8Array>) {
      left -= piece.length;
      yield piece;
    }
  } finally {
    // Whoever stops at the header has not begun with the content, which nothing else would close.
    content.destroy();
  }
  if (left !== 0) throw new Error(`A variant of ${entry.bytes} bytes in an archive has ${left} bytes less.`);
  return true;
}

/** The part of what lies at `at` that is in the range. */
function cut(bytes: Uint8Array, at: number, range: ByteRange): Uint8Array {
  return bytes.subarray(Math.max(0, range.start - at), Math.max(0, range.end + 1 - at));
}

async function* inPieces(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    held.push(piece);
    length += piece.length;
    if (length < pieceBytes) continue;
    yield held.length === 1 ? piece : Buffer.concat(held, length);
    [held, length] = [[], 0];
  }
  if (length > 0) yield Buffer.concat(held, length);
}
