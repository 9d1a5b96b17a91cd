import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { RangeReader } from "../image/header-bytes.ts";
import { stageFile } from "./staged-file.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-stage-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const limit = { maxBytes: 10_000_000, inspect: async () => "seen" };

describe("stageFile", () => {
  it.each([1, 777, 65_536, 3_000_000])(
    "keeps every byte that comes in pieces of %i, and their hash",
    async (size) => {
      const bytes = Buffer.from(Array.from({ length: 3000 }, (_, i) => i * 31)).toString("latin1");
      const whole = Buffer.from(bytes.repeat(size < 100 ? 2 : 1000), "latin1");
      const pieces = (function* () {
        for (let at = 0; at < whole.length; at += size) yield Uint8Array.from(whole.subarray(at, at + size));
      })();
      const staged = await stageFile(pieces, { ...limit, folder });
      expect(staged.bytes).toBe(whole.length);
      expect(staged.sha256).toBe(createHash("sha256").update(whole).digest("hex"));
      expect((await readFile(staged.path)).equals(whole)).toBe(true);
    },
  );

  it.each([[], [Buffer.from("some")]])(
    "says that storage failed where no file can be made (%#)",
    async (...content) => {
      const attempt = stageFile(content, { ...limit, folder: join(folder, "missing") });
      await expect(attempt).rejects.toMatchObject({ code: "storage_error" });
    },
  );

  it("gives the memory of large pieces back as soon as they are written, but never that of others", async () => {
    const pooled = Buffer.from("a window of memory that others use too");
    const large = [Buffer.alloc(65_536, 1), Buffer.alloc(65_536, 2)];
    const scratch = Buffer.alloc(70, 3);
    const half = Buffer.alloc(131_072, 4).subarray(0, 65_536);
    await stageFile([pooled, ...large, scratch, half], { ...limit, folder });
    expect(large.map(({ buffer }) => buffer.detached)).toEqual([true, true]);
    expect([pooled, scratch, half].map(({ buffer }) => buffer.detached)).toEqual([false, false, false]);
  });

  it("takes a file of exactly the limit, and cuts the stream at the first byte more", async () => {
    const exact = await stageFile([Buffer.alloc(600), Buffer.alloc(400)], {
      ...limit,
      folder,
      maxBytes: 1000,
    });
    expect(exact.bytes).toBe(1000);
    await exact.discard();
    let taken = 0;
    const endless = (function* () {
      for (;;) {
        taken += 1;
        yield Buffer.alloc(400);
      }
    })();
    await expect(stageFile(endless, { ...limit, folder, maxBytes: 1000 })).rejects.toMatchObject({
      code: "file_too_large",
      message: "The file is larger than 1000 bytes.",
    });
    expect(taken).toBe(3);
    expect(await readdir(folder)).toEqual([]);
  });

  it("is looked into when it is whole, by ranged reads, and keeps what was seen", async () => {
    const whole = Buffer.from(Array.from({ length: 200_000 }, (_, i) => i * 31));
    const seen = async (read: RangeReader, bytes: number) => ({
      bytes,
      inside: Buffer.from(await read(150_000, 20)),
      overTheEnd: Buffer.from(await read(199_990, 100)),
    });
    const pieces = [Buffer.from(whole.subarray(0, 100_000)), Buffer.from(whole.subarray(100_000))];
    const staged = await stageFile(pieces, { ...limit, folder, inspect: seen });
    expect(staged.facts).toEqual({
      bytes: 200_000,
      inside: whole.subarray(150_000, 150_020),
      overTheEnd: whole.subarray(199_990),
    });
    expect((await readFile(staged.path)).equals(whole)).toBe(true);
  });

  it("throws what looking into it throws, and leaves no file", async () => {
    const refusal = new Error("not a picture");
    const inspect = () => Promise.reject(refusal);
    await expect(stageFile([Buffer.from("x")], { ...limit, folder, inspect })).rejects.toBe(refusal);
    expect(await readdir(folder)).toEqual([]);
  });

  it("refuses what has no bytes", async () => {
    for (const nothing of [[], [Buffer.alloc(0)]]) {
      await expect(stageFile(nothing, { ...limit, folder })).rejects.toMatchObject({ code: "empty_file" });
    }
    expect(await readdir(folder)).toEqual([]);
  });

  it("throws the source's own error and leaves no file when the source breaks midway", async () => {
    const failure = new Error("aborted");
    const source = new PassThrough();
    source.write(Buffer.alloc(2_000_000));
    setImmediate(() => source.destroy(failure));
    await expect(stageFile(source, { ...limit, folder })).rejects.toBe(failure);
    expect(await readdir(folder)).toEqual([]);
  });

  it("never takes a stream that was destroyed without an error for a whole file", async () => {
    const source = new PassThrough();
    source.write(Buffer.alloc(2_000_000));
    setImmediate(() => source.destroy());
    await expect(stageFile(source, { ...limit, folder })).rejects.toThrow();
    expect(await readdir(folder)).toEqual([]);
  });

  it("leaves a stream usable that was given as an iterator which does not destroy", async () => {
    const source = Readable.from([Buffer.alloc(10), Buffer.alloc(10)]);
    const given = source.iterator({ destroyOnReturn: false });
    await expect(stageFile(given, { ...limit, folder, maxBytes: 5 })).rejects.toMatchObject({
      code: "file_too_large",
    });
    expect(source.destroyed).toBe(false);
    source.destroy();
  });

  it("holds no more than a batch of a source that is quicker than the disk", async () => {
    let given = 0;
    let seenAhead = 0;
    const pieces = (function* () {
      for (let i = 0; i < 40; i += 1) {
        given += 65_536;
        yield Buffer.alloc(65_536);
      }
    })();
    await stageFile(
      (async function* () {
        for (const piece of pieces) {
          const files = await readdir(folder);
          const written = (await readFile(join(folder, files[0] ?? ""))).length;
          seenAhead = Math.max(seenAhead, given - written);
          yield piece;
        }
      })(),
      { ...limit, folder },
    );
    expect(seenAhead).toBeLessThanOrEqual(2 * 1024 * 1024);
  });

  it("discards twice without complaint", async () => {
    const staged = await stageFile([Buffer.from("x")], { ...limit, folder });
    await staged.discard();
    await staged.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  it("says storage_error, without a path, when the folder is gone", async () => {
    const gone = join(folder, "gone");
    await expect(stageFile([Buffer.from("x")], { ...limit, folder: gone })).rejects.toMatchObject({
      code: "storage_error",
      message: expect.not.stringContaining(folder),
      cause: expect.objectContaining({ code: "ENOENT" }),
    });
  });
});
