import { mkdir, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { flat } from "../../test/pictures/index.ts";
import { openSeams } from "../../test/support/seams.ts";
import { newImageId } from "../image/image-id.ts";
import { finishUpload } from "./finish-upload.ts";
import { sweep } from "./sweep.ts";
import { sweepUploads } from "./sweep-uploads.ts";

const hourMs = 60 * 60 * 1000;
let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
});
afterEach(() => seams.close());

/** An upload as the API leaves it when it is killed `ageMs` ago. */
async function left(
  content: Uint8Array,
  options: { size?: number; ageMs?: number; dedupe?: boolean } = {},
): Promise<string> {
  const { size = content.length, ageMs = hourMs, dedupe = false } = options;
  const { uploads } = seams.workFolders;
  const id = newImageId();
  await writeFile(join(uploads.path, id), "");
  await uploads.writeRecord(id, { size, metadata: {}, wish: { filename: "left.png", options: { dedupe } } });
  await uploads.append(id, [content], 0);
  const time = new Date(Date.now() - ageMs);
  await utimes(join(uploads.path, id), time, time);
  return id;
}

const picture = () => flat({ width: 40, height: 30, format: "png" });
async function originals(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of seams.storage.list("uploads/")) keys.push(key);
  return keys;
}

const files = () => readdir(seams.workFolders.uploads.path);

describe("the sweep of uploads", () => {
  it("makes an image of one that came whole and was left, once, with what was asked for", async () => {
    const id = await left(await picture());
    await Promise.all([sweepUploads(seams), sweepUploads(seams)]);
    const image = await seams.catalog.images.find(id);
    expect(image).toMatchObject({ id, status: "queued", filename: "left.png", preset: "default" });
    expect(await files()).toEqual([]);
    await sweep(seams, { olderThanMs: 0 });
    expect(await originals()).toHaveLength(1);
  });

  it("leaves alone what an API is about to finish, and what still comes", async () => {
    const whole = await left(await picture(), { ageMs: 0 });
    const part = await left(new Uint8Array(10), { size: 100, ageMs: 23 * hourMs });
    await sweepUploads(seams);
    expect(await seams.catalog.images.find(whole)).toBeUndefined();
    expect((await seams.workFolders.uploads.list()).sort()).toEqual([whole, part].sort());
  });

  it("removes what nobody went on with for a day, and what is no picture", async () => {
    await left(new Uint8Array(10), { size: 100, ageMs: 25 * hourMs });
    const text = await left(Buffer.from("not a picture"));
    await sweepUploads(seams);
    expect(await files()).toEqual([]);
    expect(await seams.catalog.images.find(text)).toBeUndefined();
    expect(seams.log.map(({ msg }) => msg)).toEqual(expect.arrayContaining(["upload expired"]));
  });

  it("removes parts of uploads that no kill can make whole any more", async () => {
    const folder = seams.workFolders.uploads.path;
    const whole = await left(new Uint8Array(10), { size: 100 });
    const names = [newImageId(), `${newImageId()}.json`, `${newImageId()}.lock`, `${whole}.json.draft`];
    const time = new Date(Date.now() - 2 * hourMs);
    for (const name of names) {
      await writeFile(join(folder, name), "");
      await utimes(join(folder, name), time, time);
    }
    await writeFile(join(folder, newImageId()), ""); // just made
    await sweepUploads(seams);
    expect((await files()).filter((name) => names.includes(name))).toEqual([]);
    expect(await files()).toHaveLength(3);
    expect((await seams.workFolders.uploads.find(whole))?.bytes).toBe(10);
  });

  it("removes what a power cut left with half a record, and nobody sees it till then", async () => {
    const id = await left(await picture());
    const record = join(seams.workFolders.uploads.path, `${id}.json`);
    await writeFile(record, '{"size":');
    expect(await seams.workFolders.uploads.find(id)).toBeUndefined();
    await sweepUploads(seams);
    expect(await files(), "it was written just now").toHaveLength(2);
    const time = new Date(Date.now() - 2 * hourMs);
    for (const name of await files()) await utimes(join(seams.workFolders.uploads.path, name), time, time);
    await sweepUploads(seams);
    await sweepUploads(seams);
    expect(await files()).toEqual([]);
  });

  it("does for the others what it cannot for one, and tells of that one", async () => {
    const folder = seams.workFolders.uploads.path;
    const ids = [await left(await picture()), await left(await picture()), await left(await picture())];
    const unreadable = (await seams.workFolders.uploads.list())[0] ?? "";
    const time = new Date(Date.now() - 2 * hourMs);
    await rm(join(folder, `${unreadable}.json`));
    await mkdir(join(folder, `${unreadable}.json`));
    const strays = [`${newImageId()}.lock`, `${newImageId()}.lock`];
    for (const name of strays) await writeFile(join(folder, name), "");
    for (const name of [`${unreadable}.json`, ...strays]) await utimes(join(folder, name), time, time);
    await expect(sweepUploads(seams)).rejects.toMatchObject({ code: "storage_error" });
    for (const id of ids) if (id !== unreadable) expect(await seams.catalog.images.find(id)).toBeDefined();
    expect((await files()).sort()).toEqual([unreadable, `${unreadable}.json`]);
  });

  it("keeps the original of an upload that was killed between storing and accepting it", async () => {
    const id = await left(await picture(), { ageMs: 25 * hourMs });
    const { accept } = seams.catalog.images;
    seams.catalog.images.accept = () => Promise.reject(new Error("killed here"));
    const remove = seams.storage.delete;
    seams.storage.delete = async () => {};
    await expect(finishUpload(seams, id)).rejects.toThrow("killed here");
    seams.catalog.images.accept = accept;
    seams.storage.delete = remove;
    await sweep(seams, { olderThanMs: 0 });
    expect(await originals()).toHaveLength(1);
    await sweepUploads(seams);
    expect(await seams.catalog.images.find(id)).toMatchObject({ id, status: "queued" });
    expect(await originals()).toHaveLength(1);
  });

  it("finds the twin once more of an upload that was killed after it was found", async () => {
    const first = await finishUpload(seams, await left(await picture()));
    const id = await left(await picture(), { dedupe: true });
    const { uploads } = seams.workFolders;
    const remove = uploads.remove.bind(uploads);
    uploads.remove = () => Promise.reject(new Error("killed here"));
    await expect(finishUpload(seams, id)).rejects.toThrow("killed here");
    uploads.remove = remove;
    expect((await finishUpload(seams, id)).id).toBe(first.id);
    expect(await files()).toEqual([]);
  });
});
