import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import type { ByteRange } from "../../storage/storage.ts";
import { centralRecord, endRecords, localHeader, needsZip64, type ZipEntry } from "./zip-records.ts";

/** Pieces of the answer: a header of sixty bytes is not worth a write of its own. */
const pieceBytes = 64 * 1024;

/** The content of an entry from `start` on; `undefined` when it was deleted meanwhile. */
type OpenEntry<E> = (entry: E, range: ByteRange | undefined) => Promise<Readable | undefined>;

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

  constructor(entries: readonly E[]) {
    this.#entries = entries;
    const hash = createHash("sha256");
    let [at, bytes] = [0, 0];
    for (const entry of entries) {
      const record = centralRecord(entry, at);
      hash.update(record);
      bytes += record.length;
      at += entryBytes(entry);
    }
    this.#directoryAt = at;
    this.#directoryBytes = bytes;
    this.#zip64 = needsZip64({ entries: entries.length, offset: at, bytes });
    this.bytes = at + bytes + this.#end(entries.length, at, bytes).length;
    this.sha256 = hash.digest("hex");
  }

  /** The bytes of the range, or all. It fails when storage does, so that the client knows it has not got all. */
  read(open: OpenEntry<E>, range: ByteRange = { start: 0, end: this.bytes - 1 }): Readable {
    return Readable.from(inPieces(this.#read(open, range)), { objectMode: false });
  }

  async *#read(open: OpenEntry<E>, range: ByteRange): AsyncGenerator<Uint8Array> {
    const missing = new Set<E>();
    let at = 0;
    for (const entry of this.#entries) {
      const next = at + entryBytes(entry);
      if (next > range.start && at <= range.end) {
        if (!(yield* readEntry(entry, at, open, range))) missing.add(entry);
      }
      at = next;
    }
    if (range.end >= this.#directoryAt) yield* this.#readDirectory(missing, range);
  }

  *#readDirectory(missing: ReadonlySet<E>, range: ByteRange): Generator<Uint8Array> {
    const records: Buffer[] = [];
    let at = 0;
    for (const entry of this.#entries) {
      if (!missing.has(entry)) records.push(centralRecord(entry, at));
      at += entryBytes(entry);
    }
    const bytes = records.reduce((sum, { length }) => sum + length, 0);
    const left = this.#directoryBytes - bytes;
    const end = this.#end(records.length, this.#directoryAt + left, bytes);
    let from = this.#directoryAt;
    for (const part of [Buffer.alloc(left), ...records, end]) {
      yield cut(part, from, range);
      from += part.length;
    }
  }

  #end(entries: number, offset: number, bytes: number): Buffer {
    return endRecords({ entries, offset, bytes, zip64: this.#zip64 });
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
