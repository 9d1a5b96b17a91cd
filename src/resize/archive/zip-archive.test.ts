import { once } from "node:events";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import { describe, expect, it } from "vitest";
import { randomBytes, seededRandom } from "../../../test/pictures/seeded-random.ts";
import { listZip, readZip } from "../../../test/support/read-zip.ts";
import type { ByteRange } from "../../storage/storage.ts";
import { ZipArchive } from "./zip-archive.ts";
import type { ZipEntry } from "./zip-records.ts";

const modifiedAt = new Date("2026-02-03T04:05:06Z");
const random = seededRandom(3);

interface File extends ZipEntry {
  readonly content: Buffer;
}

function file(name: string, bytes: number): File {
  const content = randomBytes(random, bytes);
  return { name, bytes, content, crc32: crc32(content), modifiedAt };
}

async function open({ content }: File, range?: ByteRange): Promise<Readable> {
  return Readable.from([range ? content.subarray(range.start, range.end + 1) : content]);
}

async function read(
  archive: ZipArchive<File>,
  from = open as Parameters<typeof archive.read>[0],
  range?: ByteRange,
) {
  return Buffer.concat(await archive.read(from, range).toArray());
}

const files = [file("a.jpg", 1000), file("фото (2).jpg", 200_000), file("empty.txt", 0), file("z.png", 7)];
const archive = await ZipArchive.of(files);

describe("an archive", () => {
  it("is unpacked by others as what was put in, in its order, and has the length that it said", async () => {
    const bytes = await read(archive);
    expect(bytes).toHaveLength(archive.bytes);
    const expected = files.map(({ name, content }) => ({ name, content, modifiedAt }));
    expect(await readZip(bytes)).toEqual(expected);
  });

  it("without a file is an archive too", async () => {
    const empty = await ZipArchive.of<File>([]);
    expect(await readZip(await read(empty))).toEqual([]);
    expect(empty.bytes).toBe(22);
  });

  it("is the same by any range, wherever it begins and ends", async () => {
    const whole = await read(archive);
    const edges = [
      0,
      1,
      29,
      30,
      35,
      36,
      1034,
      1035,
      1036,
      1080,
      200_000,
      202_150,
      202_300,
      whole.length - 23,
    ];
    for (const start of edges) {
      for (const end of [...edges, whole.length - 1].filter((edge) => edge >= start)) {
        const part = await read(archive, open, { start, end });
        expect(part.equals(whole.subarray(start, end + 1)), `${start}-${end}`).toBe(true);
      }
    }
  });

  it("reads no more of its files than the range has", async () => {
    const asked: (ByteRange | undefined)[] = [];
    const noting = (entry: File, range?: ByteRange) => {
      asked.push(range);
      return open(entry, range);
    };
    await read(archive, noting, { start: 36, end: 45 });
    expect(asked).toEqual([{ start: 1, end: 10 }]);
    await read(archive, noting, { start: archive.bytes - 100, end: archive.bytes - 1 });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ["first", 0],
    ["a middle one", 1],
    ["last", 3],
  ])("leaves out what is gone meanwhile, the %s, and keeps its length", async (_which, index) => {
    const gone = files[index];
    const bytes = await read(archive, async (entry, range) =>
      entry === gone ? undefined : open(entry, range),
    );
    expect(bytes).toHaveLength(archive.bytes);
    const names = files.filter((one) => one !== gone).map(({ name }) => name);
    expect((await readZip(bytes)).map(({ name }) => name)).toEqual(names);
  });

  it("fails, and is not short in silence, when a file is", async () => {
    const short = async ({ content }: File) => Readable.from([content.subarray(1)]);
    await expect(read(archive, short)).rejects.toThrow("1 bytes less");
  });

  it("closes a file too of which a reader that leaves has got no more than the header", async () => {
    // Its header makes the first piece of the answer full.
    const split = await ZipArchive.of([file("a.jpg", 65_490), file("b.jpg", 10)]);
    const opened: Readable[] = [];
    const body = split.read(async (entry) => {
      const content = await open(entry);
      opened.push(content);
      return content;
    });
    await once(body, "readable");
    expect(opened).toHaveLength(2);
    body.destroy();
    await once(body, "close");
    expect(opened.map(({ destroyed }) => destroyed)).toEqual([true, true]);
  });

  it("has another tag when a file has another content, name or place", async () => {
    const [first, second] = files as [File, File];
    const lists = [
      files,
      [first, second],
      [second, first],
      [{ ...first, crc32: 1 }, second],
      [{ ...first, name: "b.jpg" }, second],
    ];
    const tags = await Promise.all(lists.map(async (list) => (await ZipArchive.of(list)).sha256));
    expect(new Set(tags).size).toBe(5);
    expect((await ZipArchive.of([...files])).sha256).toBe(archive.sha256);
  });

  it("of more than 65,535 files is one by ZIP64", { timeout: 120_000 }, async () => {
    const many = Array.from({ length: 66_000 }, (_, index) => file(`${index}.jpg`, index % 3));
    const large = await ZipArchive.of(many);
    const bytes = await read(large);
    expect(bytes).toHaveLength(large.bytes);
    const unpacked = await readZip(bytes);
    expect(unpacked).toHaveLength(66_000);
    expect(unpacked.at(-1)?.name).toBe("65999.jpg");
  });

  it("of many files lets others have their turn, while it is laid out and while it is read", async () => {
    const many = Array.from({ length: 10_000 }, (_, index) => ({ ...file("", 0), name: `${index}.jpg` }));
    let turns = 0;
    let turn = setImmediate(function others() {
      turns += 1;
      turn = setImmediate(others);
    });
    const large = await ZipArchive.of(many);
    expect(turns).toBeGreaterThanOrEqual(9);
    turns = 0;
    await read(large, open, { start: large.bytes - 50 * many.length, end: large.bytes - 1 });
    clearImmediate(turn);
    expect(turns).toBeGreaterThanOrEqual(9);
  });

  it("of more than 4 GB is one by ZIP64", async () => {
    const gigabyte = 2 ** 30;
    const large = Array.from({ length: 6 }, (_, index) => ({
      ...file(`${index}.bin`, 0),
      bytes: gigabyte,
    }));
    const zip = await ZipArchive.of(large);
    expect(zip.bytes).toBeGreaterThan(6 * gigabyte);
    const zeros = async (_entry: File, range?: ByteRange) =>
      Readable.from([Buffer.alloc(range ? range.end - range.start + 1 : gigabyte)]);
    const entries = await listZip(zip.bytes, (range) => zip.read(zeros, range));
    expect(entries.map(({ fileName }) => fileName)).toEqual(large.map(({ name }) => name));
    expect(entries.at(-1)?.relativeOffsetOfLocalHeader).toBe(5 * (gigabyte + 30 + 5));
  });
});
