import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { WorkFolders } from "./work-folder.ts";

let root: string;
let folders: WorkFolders;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pixmill-work-"));
  folders = await WorkFolders.open(root);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const anHour = 3_600_000;
async function age(path: string): Promise<void> {
  const then = new Date(Date.now() - 2 * anHour);
  await utimes(path, then, then);
}

describe("WorkFolders", () => {
  it("gives a claim an empty folder, whatever an earlier one of that name left", async () => {
    const first = await folders.create("a.1");
    await writeFile(join(first, "source"), "x", { mode: 0o444 });
    await mkdir(join(first, "deep"));
    const second = await folders.create("a.1");
    expect(second).toBe(first);
    expect(await readdir(second)).toEqual([]);
  });

  it("makes its folders again when somebody emptied the work folder", async () => {
    await rm(join(root, ".work"), { recursive: true });
    expect(await readdir(await folders.create("a.1"))).toEqual([]);
  });

  it("removes a folder with all that is in it, and what is not there without complaint", async () => {
    const flat = await folders.create("flat");
    await writeFile(join(flat, "source"), "x", { mode: 0o444 });
    const deep = await folders.create("deep");
    await mkdir(join(deep, "a", "b"), { recursive: true });
    for (const name of ["flat", "deep", "never"]) await folders.remove(name);
    expect(await readdir(join(root, ".work", "claims"))).toEqual([]);
  });

  it("removes a folder all the same when something else is in it than was said", async () => {
    for (const [name, files] of [
      ["as-said", ["source"]],
      ["more", ["source", "0.jpg"]],
      ["other", ["0.jpg"]],
      ["none", []],
    ] as const) {
      const folder = await folders.create(name);
      for (const file of files) await writeFile(join(folder, file), "x", { mode: 0o444 });
      await folders.remove(name, ["source"]);
    }
    await folders.remove("never", ["source"]);
    expect(await readdir(join(root, ".work", "claims"))).toEqual([]);
  });

  it.each(["..", ".", "", "a/b", "../a", "a\\b", "-x", "a\u0000"])("refuses the name %j", async (name) => {
    await expect(folders.create(name)).rejects.toThrow(TypeError);
    await expect(folders.remove(name)).rejects.toThrow(TypeError);
  });

  it("sweeps old folders of dead claims and old staged files, and nothing else", async () => {
    for (const name of ["old-dead", "old-live", "new-dead"]) await folders.create(name);
    for (const name of ["old.part", "new.part"]) await writeFile(join(folders.stagingFolder, name), "x");
    await age(join(root, ".work", "claims", "old-dead"));
    await age(join(root, ".work", "claims", "old-live"));
    await age(join(folders.stagingFolder, "old.part"));
    expect(await folders.sweep(anHour, (name) => name === "old-live")).toBe(2);
    expect((await readdir(join(root, ".work", "claims"))).sort()).toEqual(["new-dead", "old-live"]);
    expect(await readdir(folders.stagingFolder)).toEqual(["new.part"]);
  });

  it("sweeps everything at an age of nothing", async () => {
    await folders.create("a");
    await writeFile(join(folders.stagingFolder, "x.part"), "x");
    expect(await folders.sweep(0, () => false)).toBe(2);
  });
});
