import sharp from "sharp";
import { beforeAll, describe, expect, it } from "vitest";
import {
  animatedWebp,
  avifWithPreview,
  exifBlock,
  extendedWebp,
  flat,
  gif,
  gifFrames,
  heic,
  hugeTiff,
  jpegClaiming,
  jpegSegment,
  jpegWithComments,
  pngChunk,
  rangedFile,
  tiffPages,
  webpChunk,
  withExifOrientation,
  withJpegSegments,
  withPngChunks,
} from "../../test/pictures/index.ts";
import { formats } from "./format.ts";
import { readHeader } from "./read-header.ts";

const header = (file: Uint8Array) => readHeader(rangedFile(file).read, file.length);

async function bySharp(file: Buffer) {
  const facts = await sharp(file, { limitInputPixels: false }).metadata();
  const { format, compression, autoOrient, isProgressive } = facts;
  const heif = compression === "hevc" ? "heic" : "avif";
  return { format: format === "heif" ? heif : format, ...autoOrient, progressive: isProgressive };
}

describe("the header of a good picture", () => {
  it.each(formats.filter((format) => format !== "svg"))("of %s is what sharp says of it", async (format) => {
    const file = await flat({ width: 60, height: 31, format });
    expect(await header(file)).toEqual({ format, width: 60, height: 31, frames: 1, progressive: false });
    expect(await header(file)).toMatchObject(await bySharp(file));
  });

  it.each(["jpeg", "png"] as const)("of %s says that it is progressive", async (format) => {
    const file = await flat({ width: 60, height: 31, format, progressive: true });
    expect(await header(file)).toMatchObject({ progressive: true, width: 60 });
  });

  it.each(["jpeg", "png", "webp", "avif", "tiff"] as const)(
    "of %s is upright in all eight turns",
    async (format) => {
      const sizes: string[] = [];
      for (let orientation = 1; orientation <= 8; orientation++) {
        const picture = sharp({ create: { width: 60, height: 30, channels: 3, background: "red" } });
        const file = await picture.withMetadata({ orientation }).toFormat(format).toBuffer();
        const { width, height } = await header(file);
        expect({ width, height }, `orientation ${orientation}`).toMatchObject(
          (await sharp(file).metadata()).autoOrient,
        );
        sizes.push(`${width}×${height}`);
      }
      expect(sizes).toEqual([...Array(4).fill("60×30"), ...Array(4).fill("30×60")]);
    },
  );

  it("of a lossless, a lossy and a transparent WebP is right", async () => {
    const picture = sharp({ create: { width: 7, height: 5, channels: 4, background: "#ff000080" } });
    for (const options of [{ lossless: true }, { lossless: false }]) {
      expect(await header(await picture.clone().webp(options).toBuffer())).toMatchObject({
        width: 7,
        height: 5,
      });
    }
    expect(await header(await flat({ width: 1, height: 1, format: "webp" }))).toMatchObject({
      width: 1,
      height: 1,
    });
  });

  it("of a TIFF is read wherever the directory lies, and has one frame for any number of pages", async () => {
    expect(await header(hugeTiff(70_000, 5, 3_000_000))).toMatchObject({
      width: 70_000,
      height: 5,
      frames: 1,
    });
    expect(await header(tiffPages(50))).toMatchObject({ width: 1, height: 1, frames: 1 });
    for (const options of [{ bigtiff: true }, { compression: "lzw", tile: true }] as const) {
      const picture = sharp({ create: { width: 70, height: 50, channels: 3, background: "red" } });
      expect(await header(await picture.tiff(options).toBuffer())).toMatchObject({ width: 70, height: 50 });
    }
  });
});

describe("orientation", () => {
  let jpeg: Buffer;
  let png: Buffer;
  beforeAll(async () => {
    jpeg = await flat({ width: 20, height: 10 });
    png = await flat({ width: 20, height: 10, format: "png" });
  });

  it("is the first EXIF block's of several, as in libvips", async () => {
    const file = withExifOrientation(withExifOrientation(jpeg, 1), 6);
    expect(await header(file)).toMatchObject({ width: 10, height: 20 });
    expect((await sharp(file).metadata()).autoOrient).toEqual({ width: 10, height: 20 });
  });

  it.each([0, 9, 255, 65_535])("%i means upright", async (orientation) => {
    expect(await header(withExifOrientation(jpeg, orientation))).toMatchObject({ width: 20, height: 10 });
  });

  it("in EXIF that is cut means upright", async () => {
    for (const length of [0, 3, 8, 13, 17]) {
      const file = withPngChunks(png, pngChunk("eXIf", exifBlock(6).subarray(0, length)));
      expect(await header(file)).toMatchObject({ width: 20, height: 10 });
    }
  });

  it("of a PNG counts only before the pixels, as in libvips", async () => {
    const chunk = pngChunk("eXIf", exifBlock(6));
    const after = Buffer.concat([png.subarray(0, -12), chunk, png.subarray(-12)]);
    expect(await header(withPngChunks(png, chunk))).toMatchObject({ width: 10, height: 20 });
    expect(await header(after)).toMatchObject({ width: 20, height: 10 });
    expect((await sharp(after).metadata()).autoOrient).toEqual({ width: 20, height: 10 });
  });

  it("of an animated WebP is found behind its frames", async () => {
    const frame = webpChunk("ANMF", Buffer.alloc(33));
    const exif = webpChunk("EXIF", Buffer.concat([Buffer.from("Exif\0\0", "latin1"), exifBlock(8)]));
    const file = extendedWebp({ width: 20, height: 10, flags: 0x0a }, frame, frame, exif);
    expect(await header(file)).toMatchObject({ width: 10, height: 20, frames: 2 });
  });
});

describe("frames", () => {
  it.each([1, 2, 300, 20_000])("of a GIF are counted: %i", async (count) => {
    expect(await header(gifFrames(count))).toMatchObject({ format: "gif", frames: count, width: 1 });
  });

  it("of a real GIF and a real WebP are as many as sharp says", async () => {
    const file = await animatedWebp(7, 20);
    const animated = await sharp(file, { pages: -1 }).gif().toBuffer();
    expect(await header(file)).toMatchObject({ width: 20, height: 20, frames: 7 });
    expect(await header(animated)).toMatchObject({ width: 20, height: 20, frames: 7 });
    expect((await sharp(animated).metadata()).pages).toBe(7);
  });

  it("are counted no further than one past a hundred thousand", async () => {
    expect((await header(gifFrames(150_000))).frames).toBe(100_001);
  });

  it("of a GIF count while only its trailer is missing", async () => {
    const file = gifFrames(5);
    expect((await header(file.subarray(0, -1))).frames).toBe(5);
  });

  const screens = [
    [640, 480],
    [640, 512],
    [800, 600],
    [1024, 768],
    [1280, 1024],
    [1600, 1200],
    [0, 0],
    [0, 10],
    [2048, 2048],
    [2049, 10],
    [65_535, 65_535],
    [10, 10],
  ] as const;
  it.each(screens)(
    "of a GIF with the screen %i×%i make the picture that sharp sees",
    async (width, height) => {
      for (const frame of [
        { width: 1, height: 1 },
        { left: 7, top: 3, width: 20, height: 15 },
      ]) {
        const file = gif({ width, height }, [frame, { width: 30, height: 30 }]);
        expect(await header(file)).toMatchObject(await bySharp(file));
      }
    },
  );
});

describe("a header that lies far in", () => {
  it("is reached without reading what lies before it", async () => {
    const file = rangedFile(jpegWithComments(await flat({ width: 20, height: 10 }), 160));
    expect(await readHeader(file.read, 12_000_000)).toMatchObject({ width: 20, height: 10 });
    expect(file.seen.bytes).toBeLessThan(1_000_000);
  });

  it("is reached over bytes between segments, which decoders skip too", async () => {
    const comment = jpegSegment(0xfe, Buffer.from("x"));
    const jpeg = await flat({ width: 20, height: 10 });
    expect(
      await header(withJpegSegments(jpeg, comment, Buffer.alloc(5, 0x11), Buffer.alloc(300_000, 0xff))),
    ).toMatchObject({
      width: 20,
    });
  });
});

describe("the size that counts", () => {
  it("of an AVIF is its primary item's, not that of the first box", async () => {
    expect(await header(avifWithPreview(800, 600, 0))).toMatchObject({ width: 800, height: 600 });
    expect(await header(avifWithPreview(800, 600, 3))).toMatchObject({ width: 600, height: 800 });
    expect(await header(avifWithPreview(800, 600, 2))).toMatchObject({ width: 800, height: 600 });
    expect(
      await header(await flat({ width: 9, height: 5, format: "avif", colour: "#11223344" })),
    ).toMatchObject({
      width: 9,
      height: 5,
    });
  });

  it("of a HEIC in tiles is the whole's", async () => {
    const pixels = Buffer.alloc(320 * 192 * 3, 90);
    const file = heic({ width: 320, height: 192, pixels, tiles: [2, 2], quarters: 3 });
    expect(await header(file)).toMatchObject({ format: "heic", width: 192, height: 320 });
  });

  it("of a HEIC with a clean aperture is what is shown, and what is decoded is told", async () => {
    const pixels = Buffer.alloc(64 * 48 * 3, 90);
    const file = heic({ width: 64, height: 48, pixels, shown: [50, 32], quarters: 1 });
    expect(await header(file)).toMatchObject({ width: 32, height: 50, decodedPixels: 64 * 48 });
    expect(await bySharp(file)).toMatchObject({ width: 32, height: 50 });
  });

  it("of a JPEG is its frame's", async () => {
    const file = jpegClaiming(await flat({ width: 20, height: 10, progressive: true }), 16_000, 15_000);
    expect(await header(file)).toEqual({
      format: "jpeg",
      width: 16_000,
      height: 15_000,
      frames: 1,
      progressive: true,
    });
  });
});
