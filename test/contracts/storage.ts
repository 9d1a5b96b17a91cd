import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newImageId } from "../../src/image/image-id.ts";
import { adopt, materialise } from "../../src/storage/files.ts";
import { originalKey, resultPrefix, variantKey } from "../../src/storage/object-key.ts";
import type { ByteRange, Storage } from "../../src/storage/storage.ts";
import { until } from "../support/until.ts";

const openSockets = () => process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;

interface StorageUnderTest {
  readonly storage: Storage;
  /** Removes what the storage lies in. It is closed already. */
  readonly remove: () => Promise<void>;
}

/** What every storage driver does. `make` gives an empty storage for each test. */
export function describeStorage(name: string, make: () => Promise<StorageUnderTest>): void {
  describe(`${name} as a Storage`, () => {
    let under: StorageUnderTest;
    let storage: Storage;
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "pixmill-contract-"));
      under = await make();
      storage = under.storage;
    });
    afterEach(async () => {
      await storage.close();
      await under.remove();
      await rm(folder, { recursive: true, force: true });
    });

    const someKey = () => originalKey(newImageId(), "cat.jpg", "jpeg");
    const read = async (key: string, range?: ByteRange) => {
      const content = await storage.get(key, range);
      return content && (await buffer(content));
    };
    const keysBelow = async (prefix: string) => {
      const keys: string[] = [];
      for await (const { key } of storage.list(prefix)) keys.push(key);
      return keys.sort();
    };

    it("gives back what was put, as bytes or as a stream", async () => {
      const content = randomBytes(3_000_001);
      const [one, other] = [someKey(), someKey()];
      await storage.put(one, content);
      await storage.put(other, Readable.from([content.subarray(0, 5), content.subarray(5)]));
      expect((await read(one))?.equals(content)).toBe(true);
      expect((await read(other))?.equals(content)).toBe(true);
    });

    it("says the size and the time of an object", async () => {
      const key = someKey();
      await storage.put(key, Buffer.from("hello"));
      const object = await storage.stat(key);
      expect(object).toMatchObject({ key, size: 5 });
      // An hour either way: the clock may be another machine's.
      expect(Math.abs(Date.now() - (object?.modifiedAt.getTime() ?? 0))).toBeLessThan(3_600_000);
    });

    it.each([
      [{ start: 0, end: 0 }, "0"],
      [{ start: 2, end: 5 }, "2345"],
      [{ start: 9, end: 9 }, "9"],
      [{ start: 7, end: 1000 }, "789"],
      [{ start: 0, end: 9 }, "0123456789"],
    ])("gives of ten bytes the range %j", async (range, expected) => {
      const key = someKey();
      await storage.put(key, Buffer.from("0123456789"));
      expect((await read(key, range))?.toString()).toBe(expected);
    });

    it("gives a long range right, across the pieces that it reads", async () => {
      const key = someKey();
      const content = randomBytes(2_000_000);
      await storage.put(key, content);
      const range = { start: 262_143, end: 1_700_000 };
      expect((await read(key, range))?.equals(content.subarray(range.start, range.end + 1))).toBe(true);
    });

    it("refuses a range that begins behind the end", async () => {
      const key = someKey();
      await storage.put(key, Buffer.from("0123456789"));
      const attempt = storage.get(key, { start: 10, end: 20 });
      await expect(attempt).rejects.toMatchObject({ code: "range_not_satisfiable" });
    });

    it("answers `undefined` for a missing object, and deletes it with success", async () => {
      const key = someKey();
      expect(await storage.get(key)).toBeUndefined();
      expect(await storage.get(key, { start: 0, end: 1 })).toBeUndefined();
      expect(await storage.stat(key)).toBeUndefined();
      await storage.delete(key);
    });

    it("replaces an object, and a reader that has begun reads the old one to its end", async () => {
      const key = someKey();
      const old = randomBytes(2_000_000);
      await storage.put(key, old);
      const reader = await storage.get(key);
      await storage.put(key, Buffer.from("new"));
      expect(reader && (await buffer(reader)).equals(old)).toBe(true);
      expect((await read(key))?.toString()).toBe("new");
    });

    it("deletes an object while it is read, and the reader finishes", async () => {
      const key = someKey();
      const content = randomBytes(2_000_000);
      await storage.put(key, content);
      const reader = await storage.get(key);
      await storage.delete(key);
      expect(await storage.stat(key)).toBeUndefined();
      expect(reader && (await buffer(reader)).equals(content)).toBe(true);
    });

    it("serves others while many do not read what they asked for, and keeps nothing for who has gone", async () => {
      const key = someKey();
      await storage.put(key, randomBytes(2_000_000));
      const before = openSockets();
      const idle = await Promise.all(Array.from({ length: 80 }, () => storage.get(key)));
      expect((await storage.stat(key))?.size).toBe(2_000_000);
      for (const stream of idle) stream?.destroy();
      await until(() => openSockets() < before + 10, { what: "the connections closed" });
    });

    it("takes an object again after it was deleted", async () => {
      const key = someKey();
      for (const text of ["first", "second"]) {
        await storage.put(key, Buffer.from(text));
        expect((await read(key))?.toString()).toBe(text);
        await storage.delete(key);
      }
      expect(await keysBelow("")).toEqual([]);
    });

    it("lists exactly what begins with the prefix", async () => {
      const [a, b] = [newImageId(), newImageId()];
      const results = [a, b].map((imageId) =>
        ["t", "u"].map((variant) =>
          variantKey({ imageId, filename: "cat.jpg", variant, attempt: 1, format: "jpeg" }),
        ),
      );
      const originals = [a, b].map((id) => originalKey(id, "cat.jpg", "jpeg"));
      const all = [...originals, ...results.flat()].sort();
      for (const key of all) await storage.put(key, Buffer.from(key));
      expect(await keysBelow("")).toEqual(all);
      expect(await keysBelow("up")).toEqual(originals.sort());
      expect(await keysBelow("uploads/")).toEqual(originals.sort());
      expect(await keysBelow(resultPrefix(a))).toEqual(results[0]);
      expect(await keysBelow(originalKey(b, "cat.jpg", "jpeg").slice(0, -4))).toEqual([
        originalKey(b, "cat.jpg", "jpeg"),
      ]);
      expect(await keysBelow("elsewhere/")).toEqual([]);
      for await (const object of storage.list("")) expect(object.size).toBe(object.key.length);
    });

    it.each([
      "../../etc/passwd",
      "/etc/passwd",
      "uploads/../x.jpg",
      "uploads/2026-11-24/cat.jpg",
      "a\u0000b",
      "",
      ".work/staging/x",
    ])("refuses the key %j in every verb", async (key) => {
      const refused = { code: "internal_error" };
      await expect(storage.put(key, Buffer.from("x"))).rejects.toMatchObject(refused);
      await expect(storage.get(key)).rejects.toMatchObject(refused);
      await expect(storage.stat(key)).rejects.toMatchObject(refused);
      await expect(storage.delete(key)).rejects.toMatchObject(refused);
      await writeFile(join(folder, "in"), "x");
      await expect(adopt(storage, join(folder, "in"), key)).rejects.toMatchObject(refused);
      await expect(materialise(storage, key, join(folder, "out"))).rejects.toMatchObject(refused);
      expect((await readdir(folder)).sort()).toEqual(["in"]);
    });

    it.each(["../", "/", "uploads/../../", ".work/"])("refuses to list %j", async (prefix) => {
      await expect(keysBelow(prefix)).rejects.toMatchObject({ code: "internal_error" });
    });

    it("shows nothing under the final key when the source breaks midway, and keeps what was there", async () => {
      const [fresh, taken] = [someKey(), someKey()];
      await storage.put(taken, Buffer.from("old"));
      for (const key of [fresh, taken]) {
        const failure = new Error("the source broke");
        const source = new PassThrough();
        source.write(randomBytes(2_000_000));
        setImmediate(() => source.destroy(failure));
        await expect(storage.put(key, source)).rejects.toBe(failure);
      }
      expect(await storage.stat(fresh)).toBeUndefined();
      expect((await read(taken))?.toString()).toBe("old");
      expect(await keysBelow("")).toEqual([taken]);
    });

    it("takes many objects at once", async () => {
      const keys = Array.from({ length: 40 }, someKey);
      await Promise.all(keys.map((key) => storage.put(key, Buffer.from(key))));
      await Promise.all(keys.map(async (key) => expect((await read(key))?.toString()).toBe(key)));
    });

    it("puts and deletes in one folder at once without failing", async () => {
      const imageId = newImageId();
      const key = (attempt: number) =>
        variantKey({ imageId, filename: "a", variant: "t", attempt, format: "png" });
      await Promise.all(
        Array.from({ length: 60 }, async (_, index) => {
          await storage.put(key(index + 1), Buffer.from("x"));
          await storage.delete(key(index + 1));
        }),
      );
      expect(await keysBelow("")).toEqual([]);
    });

    it("materialises a read-only file, which outlives the object", async () => {
      const key = someKey();
      const content = randomBytes(1_500_000);
      await storage.put(key, content);
      const path = join(folder, "source");
      expect(await materialise(storage, key, path)).toBe(true);
      expect((await stat(path)).mode & 0o777).toBe(0o444);
      await storage.delete(key);
      expect((await readFile(path)).equals(content)).toBe(true);
    });

    it("materialises no file of a missing object", async () => {
      expect(await materialise(storage, someKey(), join(folder, "source"))).toBe(false);
      expect(await readdir(folder)).toEqual([]);
    });

    it("says storage_error when there is no folder to materialise into", async () => {
      const key = someKey();
      await storage.put(key, Buffer.from("x"));
      const attempt = materialise(storage, key, join(folder, "missing", "source"));
      await expect(attempt).rejects.toMatchObject({ code: "storage_error" });
    });

    it("adopts a file: it becomes the object and is gone from where it was", async () => {
      const key = someKey();
      const content = randomBytes(1_500_000);
      await writeFile(join(folder, "out"), content);
      await adopt(storage, join(folder, "out"), key);
      expect(await readdir(folder)).toEqual([]);
      expect((await read(key))?.equals(content)).toBe(true);
      expect(await materialise(storage, key, join(folder, "source"))).toBe(true);
      expect((await stat(join(folder, "source"))).mode & 0o777).toBe(0o444);
    });

    it("says storage_error when the file to adopt is not there", async () => {
      const attempt = adopt(storage, join(folder, "missing"), someKey());
      await expect(attempt).rejects.toMatchObject({ code: "storage_error" });
    });
  });
}
