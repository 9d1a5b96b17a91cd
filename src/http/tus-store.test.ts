import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterEach, beforeEach, expect, it } from "vitest";
import { newImageId } from "../image/image-id.ts";
import { UploadFolder } from "../storage/upload-folder.ts";
import { UploadStore } from "./tus-store.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-tus-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("writes bytes where the client says that they belong, though a write that hung came after all", async () => {
  const uploads = new UploadFolder(folder);
  const store = new UploadStore({
    uploads,
    wishOf: () => ({ options: {} }),
    findUploaded: async () => {
      throw new Error("It is no image yet.");
    },
    onCreated: async () => {},
  });
  const id = newImageId();
  // The first half, and the second one late: its client was refused, and brings it again.
  await writeFile(join(folder, id), "abcdefg");
  await uploads.writeRecord(id, { size: 8, metadata: {}, wish: null });
  expect(await store.write(Readable.from([Buffer.from("efgh")]), id, 4)).toBe(8);
  expect(await readFile(join(folder, id), "utf8")).toBe("abcdefgh");
});
