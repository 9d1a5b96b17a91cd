import { execFileSync, spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it, type TestContext } from "vitest";
import { newImageId } from "../../src/image/image-id.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { originalKey, variantKey } from "../../src/storage/object-key.ts";
import { stageFile } from "../../src/storage/staged-file.ts";
import { stagingFolderOf } from "../../src/storage/work-folder.ts";
import { until } from "../support/until.ts";

let root: string;
let cleanUps: (() => void)[];
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pixmill-local-"));
  cleanUps = [];
});
afterEach(async () => {
  for (const cleanUp of cleanUps.reverse()) cleanUp();
  await rm(root, { recursive: true, force: true });
});

const someKey = () => originalKey(newImageId(), "cat.jpg", "jpeg");

async function keysOf(storage: LocalStorage): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of storage.list("")) keys.push(key);
  return keys;
}

/** A small disk of its own below the test's folder. Only root can make one: elsewhere the test says so. */
async function mountSmallDisk(context: TestContext): Promise<string> {
  const disk = join(root, "disk");
  await mkdir(disk);
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=256k", "tmpfs", disk], { stdio: "pipe" });
  } catch {
    console.warn(`SKIPPED, needs root to mount a disk: ${context.task.name}`);
    context.skip("needs root to mount a disk");
  }
  // Lazily: a defect that leaves a file open must fail its test, not leave a disk mounted.
  cleanUps.push(() => execFileSync("umount", ["-l", disk]));
  return disk;
}

describe("invariant 3: nothing half-written is ever visible", () => {
  it("under a final key after SIGKILL at 15 random moments", { timeout: 120_000 }, async () => {
    const script = fileURLToPath(new URL("./put-until-killed.ts", import.meta.url));
    const promised = new Set<string>();
    for (let kill = 0; kill < 15; kill += 1) {
      const child = spawn(process.execPath, [script, root], { stdio: ["ignore", "pipe", "inherit"] });
      const lines = createInterface({ input: child.stdout });
      const enough = 1 + Math.floor(Math.random() * 6);
      let seen = 0;
      for await (const key of lines) {
        promised.add(key);
        seen += 1;
        // One to six objects in, and somewhere in the next one.
        if (seen === enough) setTimeout(() => child.kill("SIGKILL"), Math.random() * 15);
      }
      if (child.signalCode === null) await once(child, "exit");
      expect(child.signalCode).toBe("SIGKILL");
    }
    const storage = await LocalStorage.open(root);
    const keys = await keysOf(storage);
    for (const key of keys) {
      const content = await readFile(join(root, key));
      const [body, hash] = [content.subarray(0, -32), content.subarray(-32)];
      expect(createHash("sha256").update(body).digest().equals(hash), key).toBe(true);
    }
    expect(keys).toEqual(expect.arrayContaining([...promised]));
    for (const name of await filesBelow(root)) {
      expect(name.startsWith(".work/") || keys.includes(name), name).toBe(true);
    }
  });

  it("on a full disk: storage_full, nothing truncated, no temporary file", async (context) => {
    const storage = await LocalStorage.open(await mountSmallDisk(context));
    const disk = join(root, "disk");
    const staging = stagingFolderOf(disk);
    const full = { code: "storage_full", message: "Storage is full." };
    const kept = someKey();
    await storage.put(kept, Buffer.from("kept"));
    const big = randomBytes(400_000);
    const pieces = [big.subarray(0, 50_000), big.subarray(50_000, 300_000), big.subarray(300_000)];

    await expect(storage.put(someKey(), big)).rejects.toMatchObject(full);
    await expect(storage.put(kept, Readable.from(pieces))).rejects.toMatchObject(full);
    const options = { folder: staging, maxBytes: 1e9, inspect: async () => {} };
    await expect(stageFile(pieces, options)).rejects.toMatchObject(full);
    expect(await readdir(staging)).toEqual([]);
    expect(await keysOf(storage)).toEqual([kept]);
    expect(await readFile(join(disk, kept), "utf8")).toBe("kept");

    await storage.put(someKey(), big.subarray(0, 100_000));
    expect(await keysOf(storage)).toHaveLength(2);
  });

  it("of a copy onto a full disk", async (context) => {
    const disk = await mountSmallDisk(context);
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await storage.put(key, randomBytes(400_000));
    const attempt = storage.materialise(key, join(disk, "source"));
    await expect(attempt).rejects.toMatchObject({ code: "storage_full" });
    expect(await readdir(disk)).toEqual([]);
  });
});

describe("LocalStorage", () => {
  it("links when it materialises, and copies where no link can lead", async (context) => {
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await storage.put(key, Buffer.from("content"));
    await storage.materialise(key, join(root, "linked"));
    expect((await stat(join(root, "linked"))).nlink).toBe(2);

    const disk = await mountSmallDisk(context);
    expect(await storage.materialise(key, join(disk, "copied"))).toBe(true);
    expect(await readFile(join(disk, "copied"), "utf8")).toBe("content");
    expect((await stat(join(disk, "copied"))).mode & 0o777).toBe(0o444);
  });

  it("says storage_error, without a path, on a disk that became read-only", async (context) => {
    const disk = await mountSmallDisk(context);
    const storage = await LocalStorage.open(disk);
    const key = someKey();
    await storage.put(key, Buffer.from("x"));
    execFileSync("mount", ["-o", "remount,ro", disk]);
    const failure = {
      code: "storage_error",
      message: "Storage could not be read or written.",
      cause: expect.objectContaining({ code: "EROFS" }),
    };
    await expect(storage.put(someKey(), Buffer.from("x"))).rejects.toMatchObject(failure);
    await expect(storage.delete(key)).rejects.toMatchObject(failure);
    const content = await storage.get(key);
    expect(content && (await buffer(content)).toString()).toBe("x");
  });

  it("says storage_error, and leaves no temporary file, when a file stands where a folder should be", async () => {
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await writeFile(join(root, dirname(key)), "a file");
    const failure = { code: "storage_error", message: expect.not.stringContaining(root) };
    await expect(storage.put(key, Buffer.from("x"))).rejects.toMatchObject(failure);
    await expect(storage.get(key)).rejects.toMatchObject(failure);
    await expect(storage.stat(key)).rejects.toMatchObject(failure);
    expect(await readdir(stagingFolderOf(root))).toEqual([]);
    await rm(join(root, dirname(key)));
    await storage.put(key, Buffer.from("x"));
  });

  it("fails with storage_error in the middle of a stream when what it reads is no file", async () => {
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await mkdir(join(root, key), { recursive: true });
    const content = await storage.get(key);
    await expect(buffer(content ?? Readable.from([]))).rejects.toMatchObject({ code: "storage_error" });
  });

  it("removes the folders that a deletion empties, and no other", async () => {
    const storage = await LocalStorage.open(root);
    const imageId = newImageId();
    const result = { imageId, filename: "cat.jpg", attempt: 1, format: "jpeg" } as const;
    const [one, two] = ["a", "b"].map((variant) => variantKey({ ...result, variant }));
    for (const key of [one, two]) await storage.put(key ?? "", Buffer.from("x"));
    await storage.delete(one ?? "");
    expect(await readdir(join(root, dirname(two ?? "")))).toHaveLength(1);
    await storage.delete(two ?? "");
    expect(await readdir(join(root, "processed"))).toEqual([]);
    expect((await readdir(root)).sort()).toEqual([".work", "processed", "uploads"]);
  });

  it("makes a day's folder again that another process removed", async () => {
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await storage.put(key, Buffer.from("x"));
    await rm(join(root, dirname(key)), { recursive: true });
    await storage.put(key, Buffer.from("again"));
    expect(await readFile(join(root, key), "utf8")).toBe("again");
  });

  it("lists only objects, whatever else lies in the folder", async () => {
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await storage.put(key, Buffer.from("x"));
    for (const stray of [".DS_Store", "uploads/.DS_Store", `${key}.bak`, "pixmill.sqlite"]) {
      await writeFile(join(root, stray), "stray");
    }
    expect(await keysOf(storage)).toEqual([key]);
  });

  it("leaves no file open after streams were read, cut short or never begun", async (context) => {
    if (process.platform !== "linux") context.skip("counts descriptors in /proc");
    const storage = await LocalStorage.open(root);
    const key = someKey();
    await storage.put(key, randomBytes(1_000_000));
    const before = (await openFiles()).length;
    for (let i = 0; i < 20; i += 1) {
      const [read, cut, never] = await Promise.all([storage.get(key), storage.get(key), storage.get(key)]);
      if (read) await buffer(read);
      for await (const _piece of cut ?? []) break;
      if (never) await once(never.destroy(), "close");
      await storage.get(key, { start: 2_000_000, end: 2_000_001 }).catch(() => {});
    }
    // A stream closes its file a moment after its last piece.
    await until(async () => (await openFiles()).length === before, {
      what: "every file closed",
      withinMs: 10_000,
    });
  });
});

/** Descriptors of this process that lead into the test's folder. */
async function openFiles(): Promise<string[]> {
  const lines = execFileSync("ls", ["-l", `/proc/${process.pid}/fd`], { encoding: "utf8" }).split("\n");
  return lines.filter((line) => line.includes(root));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

it("reads an object into no more memory than it has bytes", async () => {
  const storage = await LocalStorage.open(root);
  const key = someKey();
  await storage.put(key, Buffer.alloc(400));
  const reader = (await storage.get(key)) as AsyncIterable<Uint8Array> | undefined;
  const held: number[] = [];
  for await (const { buffer } of reader ?? []) held.push(buffer.byteLength);
  expect(held).toEqual([400]);
});
