import { once } from "node:events";
import type { Readable } from "node:stream";
import { promisify } from "node:util";
import { crc32 } from "node:zlib";
import yauzl, { type Entry, RandomAccessReader, type ZipFile } from "yauzl";

export interface UnzippedFile {
  readonly name: string;
  readonly content: Buffer;
  readonly modifiedAt: Date;
}

/** Unpacks an archive with a library that is not ours, and checks every sum. */
export async function readZip(archive: Uint8Array): Promise<UnzippedFile[]> {
  const open = promisify<Buffer, yauzl.Options, ZipFile>(yauzl.fromBuffer);
  const zip = await open(Buffer.from(archive), { lazyEntries: true });
  const files: UnzippedFile[] = [];
  for (const entry of await entriesOf(zip)) {
    const openFile = promisify<Entry, Readable>(zip.openReadStream.bind(zip));
    const content = Buffer.concat(await (await openFile(entry)).toArray());
    if (crc32(content) !== entry.crc32) throw new Error(`${entry.fileName} has another sum.`);
    files.push({ name: entry.fileName, content, modifiedAt: entry.getLastModDate({ timezone: "UTC" }) });
  }
  return files;
}

/** The list of an archive of which only ranges are read; `size` is its length. */
export async function listZip(
  size: number,
  read: (range: { start: number; end: number }) => Readable,
): Promise<Entry[]> {
  class Ranges extends RandomAccessReader {
    override _readStreamForRange(start: number, end: number): Readable {
      return read({ start, end: end - 1 });
    }
  }
  const open = promisify<RandomAccessReader, number, yauzl.Options, ZipFile>(yauzl.fromRandomAccessReader);
  return entriesOf(await open(new Ranges(), size, { lazyEntries: true, autoClose: false }));
}

async function entriesOf(zip: ZipFile): Promise<Entry[]> {
  const entries: Entry[] = [];
  zip.on("entry", (entry: Entry) => {
    entries.push(entry);
    zip.readEntry();
  });
  const ended = once(zip, "end");
  zip.readEntry();
  await ended;
  return entries;
}
