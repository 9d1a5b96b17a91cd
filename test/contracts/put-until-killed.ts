import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import { newImageId } from "../../src/image/image-id.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { originalKey, variantKey } from "../../src/storage/object-key.ts";
import { stageFile } from "../../src/storage/staged-file.ts";
import { WorkFolders } from "../../src/storage/work-folder.ts";

/*
 * Puts, replaces and adopts objects without end in the folder of the first argument, for a test that kills it, and
 * prints the key of each that is finished. An object ends in the SHA-256 of what comes before, so that a half one
 * can be told.
 */
const root = process.argv[2] ?? "";
const storage = await LocalStorage.open(root);
const folders = await WorkFolders.open(root);

const replaced = originalKey("019ab5b8-3c00-7abc-8def-0123456789ab", "replaced.png", "png");
// Made beforehand, and written by several loops at once, so that nearly every moment is in the middle of a write.
const contents = [400_000, 900_000, 1_400_000, 2_000_000].map(selfChecked);
await Promise.all(contents.map(putForever));

async function putForever(content: Buffer): Promise<void> {
  for (let round = 1; ; round += 1) {
    const imageId = newImageId();
    const put = originalKey(imageId, "put.jpg", "jpeg");
    await storage.put(put, Readable.from(slowly(content)));
    finished(put);
    await storage.put(replaced, content);
    finished(replaced);
    const options = { folder: folders.stagingFolder, maxBytes: 1e9, inspect: async () => {} };
    const staged = await stageFile(slowly(content), options);
    const adopted = originalKey(newImageId(), "staged.gif", "gif");
    await storage.adopt(staged.path, adopted, { synced: true });
    finished(adopted);
    const folder = await folders.create(`${imageId}.1`);
    await writeFile(join(folder, "out"), content);
    const result = variantKey({ imageId, filename: "a", variant: "t", attempt: round, format: "webp" });
    await storage.adopt(join(folder, "out"), result);
    finished(result);
    await folders.remove(`${imageId}.1`);
  }
}

function finished(key: string): void {
  process.stdout.write(`${key}\n`);
}

function selfChecked(bytes: number): Buffer {
  const body = randomBytes(bytes);
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

/** As from a network: most of the time a part is written and the rest is not there yet. */
async function* slowly(whole: Buffer): AsyncIterable<Buffer> {
  for (let at = 0; at < whole.length; at += 65_536) {
    await setTimeout(1);
    yield whole.subarray(at, at + 65_536);
  }
}
