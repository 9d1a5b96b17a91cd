import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findPictures } from "./find-pictures.ts";

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-find-"));
  out = join(folder, "out");
  for (const path of [
    "a.jpg",
    "b.PNG",
    "notes.txt",
    "deep/c.tif",
    "deep/.hidden/d.jpg",
    ".e.jpg",
    "out/a.jpg",
  ]) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), "");
  }
});
afterEach(() => rm(folder, { recursive: true }));

async function find(...args: string[]) {
  const { pictures, missing } = await findPictures(args, out);
  return { pictures: pictures.map((path) => path.slice(folder.length + 1)), missing };
}

test("a folder is walked for pictures, without hidden names and without the results", async () => {
  expect(await find(folder)).toEqual({ pictures: ["a.jpg", "b.PNG", "deep/c.tif"], missing: [] });
});

test("the folder of results can be named itself", async () => {
  expect((await find(out)).pictures).toEqual(["out/a.jpg"]);
});

test("a file that is named is taken whatever it is called, and once", async () => {
  const notes = join(folder, "notes.txt");
  expect((await find(notes, join(folder, "deep/../notes.txt"), notes)).pictures).toEqual(["notes.txt"]);
});

test("a pattern that the shell did not expand is expanded", async () => {
  expect((await find(join(folder, "**/*.{jpg,tif}"))).pictures).toEqual(["a.jpg", "deep/c.tif"]);
});

test("a file whose name looks like a pattern is that file", async () => {
  await writeFile(join(folder, "photo[1].jpg"), "");
  expect((await find(join(folder, "photo[1].jpg"))).pictures).toEqual(["photo[1].jpg"]);
});

test("arguments that lead nowhere are named with the reason", async () => {
  await mkdir(join(folder, "empty"));
  const args = ["none.jpg", "*.webp", "empty"].map((name) => join(folder, name));
  const { missing } = await find(...args);
  expect(missing.map(({ argument }) => argument)).toEqual(args);
  expect(missing.map(({ reason }) => reason)).toEqual([
    "there is no such file",
    "no file matches",
    "there is no picture in this folder",
  ]);
});
