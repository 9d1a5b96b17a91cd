import { createHash, randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
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
for (let round = 1; ; round += 1) {
  const imageId = newImageId();
  const put = originalKey(imageId, "put.jpg", "jpeg");
  await storage.put(put, selfChecked());
  finished(put);
  await storage.put(replaced, Readable.from(pieces(selfChecked())));
  finished(replaced);
  const staged = await stageFile(pieces(selfChecked()), { folder: folders.stagingFolder, maxBytes: 1e9 });
  const adopted = originalKey(newImageId(), "staged.gif", "gif");
  await storage.adopt(staged.path, adopted);
  finished(adopted);
  const folder = await folders.create(`${imageId}.1`);
  await writeFile(join(folder, "out"), selfChecked());
  const result = variantKey({ imageId, filename: "a", variant: "t", attempt: round, format: "webp" });
  await storage.adopt(join(folder, "out"), result);
  finished(result);
  await folders.remove(`${imageId}.1`);
}

function finished(key: string): void {
  process.stdout.write(`${key}\n`);
}

function selfChecked(): Buffer {
  const body = randomBytes(100_000 + Math.floor(Math.random() * 900_000));
  return Buffer.concat([body, createHash("sha256").update(body).digest()]);
}

function* pieces(whole: Buffer): Iterable<Buffer> {
  for (let at = 0; at < whole.length; at += 65_536) yield whole.subarray(at, at + 65_536);
}
