import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { crc32 } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { openCatalog } from "../../src/catalog/database.ts";
import type { Variant } from "../../src/image/variant.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { variantKey } from "../../src/storage/object-key.ts";
import { newImage, newImages, present, readyThumb } from "../contracts/catalog-fixtures.ts";
import { downloadArchive, listAll } from "../support/large-batch.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";
import { mostResidentBytes } from "../support/process-memory.ts";

const fewer = 2_000;
const more = 3 * fewer;
const content = Buffer.alloc(16 * 1024, "a picture");
/** Bytes. What is held of 4,000 images more is 2 MB; their variants have 64 MB. */
const mostGrowth = 32 << 20;

let pixmill: Pixmill;
let few: string;
let many: string;
beforeAll(async () => {
  const storage = await temporaryFolder();
  [few, many] = await finishedBatches(storage, [fewer, more]);
  pixmill = await startPixmill({ storage });
}, 180_000);
afterAll(async () => {
  await pixmill?.stop();
  await removeFolder(pixmill.storage);
});

/** Batches as they are when all is done. All of their images have one file: that makes them quick to make, and to read. */
async function finishedBatches(folder: string, sizes: readonly [number, number]): Promise<[string, string]> {
  const storage = await LocalStorage.open(folder);
  const file = join(folder, "pixmill.sqlite");
  const catalog = await openCatalog(`sqlite:${file}`);
  const ids: string[] = [];
  let key = "";
  for (const size of sizes) {
    const { id } = newImage();
    const images = await catalog.images.accept(newImages(size, { batchId: id }), { id, preset: null });
    const imageId = present(images[0]).id;
    key ||= variantKey({ imageId, filename: "cat.jpg", variant: "thumb", attempt: 1, format: "jpeg" });
    ids.push(id);
  }
  await storage.put(key, content);
  await catalog.close();
  const variant = { ...readyThumb, key, bytes: content.length, crc32: crc32(content) } as Variant;
  const database = new DatabaseSync(file);
  database
    .prepare("update images set status = 'done', attempt = 1, finished_at = created_at, variants = ?")
    .run(JSON.stringify([variant]));
  database.exec("update batches set finished_at = created_at, announced_at = created_at");
  database.close();
  return [ids[0] ?? "", ids[1] ?? ""];
}

async function collect(id: string): Promise<{ images: number; bytes: number }> {
  const images = (await listAll(pixmill.url, id)).length;
  return { images, bytes: (await downloadArchive(pixmill.url, id)).bytes };
}

it("a batch is listed and sent as an archive in memory that three times the images do not raise", {
  timeout: 180_000,
}, async () => {
  // What a process needs once it has worked at all is not what a batch costs.
  await collect(few);
  const small = await mostResidentBytes(pixmill.pid, collect(few));
  const large = await mostResidentBytes(pixmill.pid, collect(many));
  expect([small.result.images, large.result.images]).toEqual([fewer, more]);
  expect(large.result.bytes).toBeGreaterThan(more * content.length);
  expect(large.most - small.most).toBeLessThan(mostGrowth);
});
