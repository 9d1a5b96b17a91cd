import { beforeAll, describe, expect, it } from "vitest";
import {
  animatedWebp,
  avifClaiming,
  blackPng,
  extendedWebp,
  flat,
  foreignFiles,
  gif,
  gifAndScript,
  gifFrames,
  heicClaiming,
  heicStart,
  hugePng,
  hugeTiff,
  isoBox,
  jpegAndHtml,
  jpegAndPhp,
  jpegAndZip,
  jpegClaiming,
  jpegSegment,
  jpegWithComments,
  jpegWithManyApp1,
  photo,
  pngChunk,
  pngWithBadChecksum,
  pngWithHugeProfile,
  pngWithHugeText,
  pngWithoutPixels,
  pngWithTexts,
  randomBytes,
  rangedFile,
  seededRandom,
  tiffIfdLoop,
  tiffPages,
  truncated,
  webpChunk,
  webpHeader,
  withJpegSegments,
  withPngChunks,
} from "../../test/pictures/index.ts";
import { PixmillError } from "../errors.ts";
import { formats } from "./format.ts";
import { checkLimits } from "./limits.ts";
import { readHeader } from "./read-header.ts";

const limits = { maxPixels: 50_000_000, maxSide: 32_768, maxFrames: 256 };
const mebibyte = 1024 * 1024;

/** `accepted`, or the code with which a file is refused before anything is decoded; and what it took. */
async function judge(bytes: Uint8Array) {
  const file = rangedFile(bytes);
  const start = process.cpuUsage();
  const verdict = await readHeader(file.read, bytes.length)
    .then((header) => {
      checkLimits(header, limits);
      return "accepted";
    })
    .catch((error: unknown) => (error instanceof PixmillError ? error.code : `threw ${error}`));
  const { user, system } = process.cpuUsage(start);
  return { verdict, milliseconds: (user + system) / 1000, ...file.seen };
}

/** What else the process does counts too, a collection of garbage above all: then the same is judged again. */
async function expectQuick(bytes: Uint8Array, taken: { milliseconds: number }, ms: number): Promise<void> {
  let least = taken.milliseconds;
  for (let tries = 1; least >= ms && tries < 20; tries += 1) {
    least = Math.min(least, (await judge(bytes)).milliseconds);
  }
  expect(least, "milliseconds of CPU").toBeLessThan(ms);
}

const parts: Record<"jpeg" | "png", Buffer> = { jpeg: Buffer.alloc(0), png: Buffer.alloc(0) };
beforeAll(async () => {
  parts.jpeg = await flat({ width: 20, height: 10 });
  parts.png = await flat({ width: 20, height: 10, format: "png" });
});

describe("a picture that only says it is large", () => {
  const rows: [string, () => Buffer | Promise<Buffer>, string][] = [
    ["a PNG of 50,000×50,000", () => hugePng(50_000, 50_000), "image_too_large"],
    ["a whole PNG of 50,000×50,000 in 300 kB", () => blackPng(50_000, 50_000), "image_too_large"],
    ["a PNG of 16,515,078×6", () => hugePng(16_515_078, 6), "image_too_large"],
    ["a PNG of 9,999,999×5", () => hugePng(9_999_999, 5), "image_too_large"],
    ["a PNG of 1,000,000×49", () => hugePng(1_000_000, 49), "image_too_large"],
    ["an interlaced PNG of 16,000²", () => hugePng(16_000, 16_000, true), "image_too_large"],
    ["a WebP of 16,383² in 34 bytes", () => webpHeader(), "image_too_large"],
    [
      "a WebP canvas of 65,535²",
      () => extendedWebp({ width: 65_535, height: 65_535, flags: 0 }),
      "image_too_large",
    ],
    ["an AVIF of 8,000²", () => avifClaiming(8_000, 8_000), "image_too_large"],
    ["a HEIC of 8,000²", () => heicClaiming(8_000, 8_000), "image_too_large"],
    ["a HEIC that shows 16² of 8,000²", () => heicClaiming(8_000, 8_000, [16, 16]), "image_too_large"],
    [
      "a progressive JPEG of 16,000²",
      async () => jpegClaiming(await flat({ width: 16, height: 16, progressive: true }), 16_000, 16_000),
      "image_too_large",
    ],
    ["a TIFF of 50,000²", () => hugeTiff(50_000, 50_000), "image_too_large"],
    ["a GIF of 20,000 frames", () => gifFrames(20_000), "image_too_large"],
    // The stated rule: the first frame is the picture. libvips sees 1×1.
    [
      "a GIF canvas of 65,535² with a frame of 1×1",
      () => gif({ width: 65_535, height: 65_535 }, [{ width: 1, height: 1 }]),
      "accepted",
    ],
    // All frames together may have twice the pixels of one picture.
    ["a WebP of 200 frames of 1,000²", () => webpFrames(200, 1_000), "image_too_large"],
    ["a WebP of 90 frames of 1,000²", () => webpFrames(90, 1_000), "accepted"],
    ["an animated WebP of 200 frames", () => animatedWebp(200, 40), "accepted"],
    // The stated rule: the first page is the picture.
    ["a TIFF of 20,000 pages", () => tiffPages(20_000), "accepted"],
    ["a TIFF directory that leads to itself", () => tiffIfdLoop(), "accepted"],
  ];
  it.each(rows)("%s is judged from a little of it", async (_, make, verdict) => {
    const bytes = await make();
    const taken = await judge(bytes);
    expect(taken.verdict).toBe(verdict);
    expect(taken.largest).toBeLessThanOrEqual(mebibyte);
    // Only the GIF is walked to count its frames.
    await expectQuick(bytes, taken, taken.bytes < 64 * 1024 ? 100 : 1_000);
  });
});

describe("nonsense", () => {
  const end = pngChunk("IEND", Buffer.alloc(0));
  const rows: [string, () => Buffer | Promise<Buffer>][] = [
    ["a PNG of 0×0", () => hugePng(0, 0)],
    ["a PNG of 10×0", () => hugePng(10, 0)],
    ["a PNG of 2³¹−1", () => hugePng(2 ** 31 - 1, 2 ** 31 - 1)],
    ["a PNG of 2³²−1", () => hugePng(2 ** 32 - 1, 1)],
    ["a PNG without pixels", () => pngWithoutPixels(10, 10)],
    ["a PNG whose header has a wrong checksum", () => pngWithBadChecksum(parts.png)],
    [
      "a PNG that begins with another chunk",
      () => Buffer.concat([parts.png.subarray(0, 8), end, parts.png.subarray(8)]),
    ],
    [
      "a PNG chunk that ends outside",
      () => withPngChunks(parts.png, Buffer.from("fffffff07465787400", "hex")),
    ],
    ["a JPEG of 0 lines", () => jpegClaiming(parts.jpeg, 20, 0)],
    ["a JPEG segment of no length", () => withJpegSegments(parts.jpeg, Buffer.from([0xff, 0xe0, 0, 0]))],
    ["a JPEG that ends before its frame", () => Buffer.from([0xff, 0xd8, 0xff, 0xd9])],
    ["a JPEG scan before its frame", () => withJpegSegments(parts.jpeg, jpegSegment(0xda, Buffer.alloc(10)))],
    ["a WebP of nothing", () => Buffer.from("RIFF\x04\0\0\0WEBP", "latin1")],
    [
      "a WebP of an unknown kind",
      () => Buffer.concat([Buffer.from("RIFF\x20\0\0\0WEBP", "latin1"), webpChunk("VP8Q", Buffer.alloc(16))]),
    ],
    ["a GIF without frames", () => gif({ width: 10, height: 10 }, [])],
    ["a GIF that is a script", () => gifAndScript()],
    ["an AVIF without boxes", () => isoBox("ftyp", Buffer.from("avif\0\0\0\0avif"))],
    [
      "an AVIF whose box has length 4",
      () =>
        Buffer.concat([
          isoBox("ftyp", Buffer.from("avif\0\0\0\0avif")),
          Buffer.from([0, 0, 0, 4, 1, 1, 1, 1]),
        ]),
    ],
    ["a HEIC without boxes", () => heicStart()],
    ["a HEIC of 0×0", () => heicClaiming(0, 0)],
    ["a HEIC whose aperture is 0", () => heicClaiming(16, 16, [0, 16])],
    ["an AVIF of 0×0", () => avifClaiming(0, 0)],
    ["an AVIF of 2³²−1", () => avifClaiming(2 ** 32 - 1, 2 ** 32 - 1)],
    ["a TIFF of 0×0", () => hugeTiff(0, 0)],
    ["a TIFF of 2³²−1", () => hugeTiff(2 ** 32 - 1, 2 ** 32 - 1)],
    ["a TIFF whose directory lies outside", () => Buffer.from("II*\0\xff\xff\xff\xff", "latin1")],
    [
      "a BigTIFF whose directory has 2⁶⁴−1 entries",
      () =>
        Buffer.concat([Buffer.from("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0", "latin1"), Buffer.alloc(64, 0xff)]),
    ],
  ];
  it.each(rows)("is corrupt_image: %s", async (_, make) => {
    expect((await judge(await make())).verdict).toBe("corrupt_image");
  });
});

describe("a GIF that is cut", () => {
  it("is refused everywhere but between whole frames", async () => {
    const file = gifFrames(3, 30);
    const frame = (file.length - 20) / 3;
    // Behind the screen and its colours, frame by frame; the last byte is the trailer.
    const wholeFrames = [1, 2, 3].map((count) => 19 + count * frame);
    for (let length = 19; length < file.length; length++) {
      const { verdict } = await judge(file.subarray(0, length));
      expect(verdict, `cut after ${length} bytes`).toBe(
        wholeFrames.includes(length) ? "accepted" : "corrupt_image",
      );
    }
  });
});

describe("what is no picture that is read", () => {
  it.each(Object.entries(foreignFiles))("is unsupported_format: %s", async (_, file) => {
    expect((await judge(file)).verdict).toBe("unsupported_format");
  });

  it("is unsupported_format: nothing at all", async () => {
    expect((await judge(new Uint8Array(0))).verdict).toBe("unsupported_format");
  });

  it("is named when it is well known", async () => {
    const avifUnderHeifBrand = await flat({ width: 20, height: 10, format: "avif" });
    avifUnderHeifBrand.fill("mif1", 8, avifUnderHeifBrand.readUInt32BE(0), "latin1");
    const refusal = (file: Buffer) => readHeader(rangedFile(file).read, file.length);
    await expect(refusal(avifUnderHeifBrand)).rejects.toThrow("The HEIF file holds no HEVC picture.");
    await expect(refusal(foreignFiles.svg)).rejects.toThrow("SVG is not read.");
  });

  it("does not hide in a picture: that is still judged as the picture", async () => {
    for (const file of [jpegAndZip(parts.jpeg), jpegAndHtml(parts.jpeg), jpegAndPhp(parts.jpeg)]) {
      expect((await judge(file)).verdict).toBe("accepted");
    }
  });
});

describe("a header that is made to be slow", () => {
  /** More than is ever read of a header. */
  const large = 24 * mebibyte;
  const manyBytes = (length: number, pattern: string) => Buffer.alloc(length, Buffer.from(pattern, "hex"));
  const gifStart = () => gifFrames(1).subarray(0, 19);
  const rows: [string, () => Buffer | Promise<Buffer>, string][] = [
    ["160 comments of 64 kB", () => jpegWithComments(parts.jpeg, 160), "accepted"],
    ["65,000 small APP1", () => jpegWithManyApp1(parts.jpeg, 65_000), "accepted"],
    ["65,000 APP1 of 1 kB", () => jpegWithManyApp1(parts.jpeg, 65_000, 1_000), "corrupt_image"],
    ["24 MB of JPEG fill bytes", () => withJpegSegments(parts.jpeg, manyBytes(large, "ff")), "corrupt_image"],
    [
      "24 MB of JPEG restart markers",
      () => withJpegSegments(parts.jpeg, manyBytes(large, "ffd0")),
      "corrupt_image",
    ],
    [
      "24 MB of JPEG zeros",
      () => withJpegSegments(parts.jpeg, jpegSegment(0xfe, Buffer.alloc(2)), Buffer.alloc(large)),
      "corrupt_image",
    ],
    ["200,000 PNG texts", () => pngWithTexts(parts.png, 200_000, 20), "accepted"],
    [
      "24 MB of empty PNG chunks",
      () => withPngChunks(parts.png, manyBytes(large, "000000007445587400000000")),
      "corrupt_image",
    ],
    ["a PNG comment that unpacks to 64 MB", () => pngWithHugeText(parts.png, 64 * mebibyte), "accepted"],
    ["a PNG profile that unpacks to 64 MB", () => pngWithHugeProfile(parts.png, 64 * mebibyte), "accepted"],
    [
      "24 MB of empty GIF extensions",
      () => Buffer.concat([gifStart(), manyBytes(large, "21fe00")]),
      "corrupt_image",
    ],
    [
      "a GIF extension of 32 million pieces",
      () =>
        Buffer.concat([
          gifStart(),
          Buffer.from("21fe", "hex"),
          manyBytes(64 * mebibyte, "0141"),
          Buffer.from([0]),
          gifFrames(1).subarray(19),
        ]),
      "accepted",
    ],
    [
      "24 MB of GIF frames",
      () => Buffer.concat([gifStart(), manyBytes(large, "2c0000000001000100000202440100")]),
      "image_too_large",
    ],
    [
      "24 MB of empty WebP chunks",
      () => extendedWebp({ width: 9, height: 9, flags: 2 }, manyBytes(large, "4142434400000000")),
      "corrupt_image",
    ],
    [
      "24 MB of WebP frames",
      () => extendedWebp({ width: 9, height: 9, flags: 2 }, manyBytes(large, "414e4d4600000000")),
      "image_too_large",
    ],
    [
      "24 MB of empty top-level AVIF boxes",
      () =>
        Buffer.concat([
          isoBox("ftyp", Buffer.from("avif\0\0\0\0avif")),
          manyBytes(large, "0000000866726565"),
        ]),
      "corrupt_image",
    ],
    [
      "an AVIF meta box of 24 MB",
      () =>
        Buffer.concat([isoBox("ftyp", Buffer.from("avif\0\0\0\0avif")), isoBox("meta", Buffer.alloc(large))]),
      "corrupt_image",
    ],
    [
      "a BigTIFF directory of half a million entries",
      () => {
        const start = Buffer.from("II+\0\x08\0\0\0\x10\0\0\0\0\0\0\0\x20\xa1\x07\0\0\0\0\0", "latin1");
        return Buffer.concat([start, Buffer.alloc(large)]);
      },
      "corrupt_image",
    ],
  ];
  it.each(rows)("%s: is judged in little time and memory", async (_, make, verdict) => {
    const bytes = await make();
    const taken = await judge(bytes);
    expect(taken.verdict).toBe(verdict);
    expect(taken.largest).toBeLessThanOrEqual(mebibyte);
    await expectQuick(bytes, taken, 1_000);
  });
});

describe("whatever the bytes", () => {
  const verdicts = ["accepted", "image_too_large", "corrupt_image", "unsupported_format"];
  let files: Buffer[];
  beforeAll(async () => {
    const still = formats
      .filter((format) => format !== "svg")
      .map((format) => photo({ width: 64, height: 48, format }));
    files = [...(await Promise.all(still)), await animatedWebp(5, 30), gifFrames(5, 3), tiffPages(3)];
    files.push(jpegWithManyApp1(parts.jpeg, 3), await photo({ width: 64, height: 48, progressive: true }));
  });

  it("a file that is cut anywhere gives a header or a refusal", async () => {
    for (const file of files) {
      for (let percent = 0; percent <= 100; percent += 5) {
        const { verdict } = await judge(truncated(file, percent / 100));
        expect(verdicts, `${file.subarray(0, 12).toString("latin1")} cut at ${percent} %`).toContain(verdict);
      }
      for (let length = 0; length < Math.min(file.length, 400); length++) {
        expect(verdicts).toContain((await judge(file.subarray(0, length))).verdict);
      }
    }
  });

  it("a file that is damaged anywhere gives a header or a refusal", async () => {
    const random = seededRandom(20_251);
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 6_000; round++) {
      const file = Buffer.from(files[round % files.length] ?? []);
      // Most of the damage goes where headers lie.
      const reach = random() < 0.8 ? Math.min(file.length, 300) : file.length;
      for (let change = 0; change <= below(6); change++) {
        const bytes =
          random() < 0.3 ? Buffer.alloc(4, random() < 0.5 ? 0 : 0xff) : randomBytes(random, 1 + below(4));
        bytes.copy(file, 4 + below(reach));
      }
      const taken = await judge(file);
      expect(verdicts, `round ${round}: ${file.toString("base64").slice(0, 400)}`).toContain(taken.verdict);
      await expectQuick(file, taken, 1_000);
    }
  });
});

/** Frames that are announced and empty. */
function webpFrames(count: number, side: number) {
  const frames = Array.from({ length: count }, () => webpChunk("ANMF", Buffer.alloc(16)));
  return extendedWebp({ width: side, height: side, flags: 0x02 }, ...frames);
}
