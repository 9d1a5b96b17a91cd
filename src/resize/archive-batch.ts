import type { Readable } from "node:stream";
import { setImmediate as others } from "node:timers/promises";
import { crc32 } from "node:zlib";
import type { BatchResult } from "../catalog/batch-results.ts";
import { formatTable } from "../image/format.ts";
import { EntryNames } from "./archive/entry-names.ts";
import { ZipArchive } from "./archive/zip-archive.ts";
import type { ZipEntry } from "./archive/zip-records.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch } from "./find-batch.ts";
import type { StoredContent } from "./stored-content.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage">;

interface Entry extends ZipEntry {
  readonly key: string;
}

const pageSize = 500;

/**
 * The ready variants of a batch as a ZIP, those that there are now, in the order of their submission. Rejects with
 * `not_found` or `gone`. It holds some hundred bytes a variant while it is sent.
 */
export async function archiveBatch(
  dependencies: Needs,
  batchId: string,
): Promise<Omit<StoredContent, "record">> {
  const { id } = await findBatch(dependencies, batchId);
  const archive = await ZipArchive.of(await listEntries(dependencies, id));
  const { bytes, sha256 } = archive;
  return {
    mime: "application/zip",
    filename: `batch-${id}.zip`,
    bytes,
    sha256,
    open: async (range) => archive.read(({ key }, part) => dependencies.storage.get(key, part), range),
  };
}

async function listEntries(dependencies: Needs, batchId: string): Promise<Entry[]> {
  const names = new EntryNames();
  const entries: Entry[] = [];
  let after: string | undefined;
  for (;;) {
    const page = await dependencies.catalog.images.resultsOfBatch(batchId, { after, limit: pageSize });
    for (const result of page) entries.push(...(await entriesOf(dependencies, result, names)));
    after = page.at(-1)?.id;
    if (page.length < pageSize) return entries;
    // SQLite answers within this turn of the event loop, however many pages there are.
    await others();
  }
}

async function entriesOf(dependencies: Needs, result: BatchResult, names: EntryNames): Promise<Entry[]> {
  const ready = result.variants.filter((variant) => variant.status === "ready");
  const endings = ready.map(({ name, format }) => `-${name}.${formatTable[format].extension}`);
  const entries: Entry[] = [];
  for (const [index, name] of names.take(result.filename, endings).entries()) {
    const variant = ready[index];
    if (!variant) continue;
    const checksum = variant.crc32 ?? (await readChecksum(dependencies, variant.key));
    if (checksum === undefined) continue;
    const { key, bytes } = variant;
    entries.push({ name, key, bytes, crc32: checksum, modifiedAt: result.modifiedAt });
  }
  return entries;
}

/** Of a variant that an older version made, which did not note it. `undefined`: it was deleted meanwhile. */
async function readChecksum({ storage }: Needs, key: string): Promise<number | undefined> {
  const content = await storage.get(key);
  if (!content) return undefined;
  let checksum = 0;
  for await (const piece of content as Readable & AsyncIterable<Uint8Array>)
    checksum = crc32(piece, checksum);
  return checksum;
}
