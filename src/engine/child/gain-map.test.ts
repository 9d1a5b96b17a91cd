import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import {
  jpegSegment,
  photo,
  rangedFile,
  withExifOrientation,
  withGainMap,
  withJpegSegments,
} from "../../../test/pictures/index.ts";
import { pixelsOf } from "../../../test/support/engine-pixels.ts";
import { fileOf, renderAll } from "../../../test/support/engine-work.ts";
import { predictedBytes } from "../../image/cost.ts";
import { readHeader } from "../../image/read-header.ts";
import { transformListSchema } from "../../image/transform.ts";
import { sharp } from "./locked-sharp.ts";

/** A photo whose right half may shine. */
async function hdrPhoto(orientation?: number) {
  const picture = await photo({ width: 400, height: 300 });
  const rows = Buffer.alloc(100 * 75);
  for (let y = 0; y < 75; y += 1) rows.fill(255, y * 100 + 50, y * 100 + 100);
  const map = await sharp(rows, { raw: { width: 100, height: 75, channels: 1 } })
    .toColourspace("b-w")
    .jpeg({ quality: 95 })
    .toBuffer();
  return withGainMap(orientation ? withExifOrientation(picture, orientation) : picture, map);
}

/** The gain map of a picture as pixels of its own. */
async function gainMapOf(path: string) {
  const { gainMap } = await sharp(path).metadata();
  return gainMap && (await pixelsOf(await fileOf(gainMap.image)));
}

describe("an HDR photo", () => {
  test.each([
    ["whole", { width: 200 }, [200, 150], [10, 190]],
    ["cut to its right", { width: 100, height: 150, position: "right" }, [100, 150], [undefined, 90]],
    ["cut to its left", { width: 100, height: 150, position: "left" }, [100, 150], [10, undefined]],
    ["as large as it is", {}, [400, 300], [20, 380]],
    ["with its metadata", { width: 200, metadata: "keep" }, [200, 150], [10, 190]],
  ] as const)(
    "keeps its gain map in a JPEG, %s",
    async (_name, transform, [width, height], [dark, bright]) => {
      const [file] = await renderAll(await hdrPhoto(), transform, { width: 50, format: "png" });
      const map = await gainMapOf(file);
      if (!map) throw new Error("the gain map is gone");
      expect(await sharp(file).metadata()).toMatchObject({ width, height });
      expect(map.width / map.height).toBeCloseTo(width / height, 1);
      const valueAt = (x: number) => map.at(Math.floor((x * map.width) / width), map.height >> 1)[0];
      if (dark !== undefined) expect(valueAt(dark)).toBeLessThan(20);
      if (bright !== undefined) expect(valueAt(bright)).toBeGreaterThan(235);
    },
  );

  test("that lies on its side is turned together with its gain map", async () => {
    const [file] = await renderAll(await hdrPhoto(6), { width: 150 });
    expect(await sharp(file).metadata()).toMatchObject({ width: 150, height: 200 });
    const map = await gainMapOf(file);
    if (!map) throw new Error("the gain map is gone");
    expect(map.width / map.height).toBeCloseTo(0.75, 1);
    // What was right is below.
    expect(map.at(map.width >> 1, Math.floor(map.height * 0.1))[0]).toBeLessThan(20);
    expect(map.at(map.width >> 1, Math.floor(map.height * 0.9))[0]).toBeGreaterThan(235);
  });

  test.each([
    [{ width: 200, format: "webp" }],
    [{ width: 200, format: "png" }],
    [{ width: 200, height: 200, position: "attention" }],
    [{ width: 200, grayscale: true }],
  ] as const)("becomes a plain one as %j", async (transform) => {
    const [file] = await renderAll(await hdrPhoto(), transform);
    expect((await sharp(file).metadata()).gainMap).toBeUndefined();
  });

  test("shows on a plain screen what it showed", async () => {
    const plain = await photo({ width: 400, height: 300 });
    const [hdr] = await renderAll(await hdrPhoto(), { width: 200 });
    const [sdr] = await renderAll(plain, { width: 200 });
    const [a, b] = [await pixelsOf(hdr), await pixelsOf(sdr)];
    const mean =
      a.data.reduce((sum, value, at) => sum + Math.abs(value - (b.data[at] ?? 0)), 0) / a.data.length;
    expect(mean).toBeLessThan(4);
  });

  test("tells nothing more than another one does", async () => {
    const camera = await sharp({ create: { width: 8, height: 8, channels: 3, background: "#fff" } })
      .withExif({ IFD2: { BodySerialNumber: "SN-4711" }, IFD3: { GPSMapDatum: "Secret Meadow" } })
      .jpeg()
      .toBuffer();
    const { exif: block = Buffer.alloc(0) } = await sharp(camera).metadata();
    const secrets = ["secret-owner", "SN-4711", "Secret Meadow"];
    const owned = withJpegSegments(
      await hdrPhoto(),
      jpegSegment(0xe1, block),
      jpegSegment(0xfe, Buffer.from("secret-owner")),
    );
    for (const secret of secrets) expect(owned.includes(secret), secret).toBe(true);
    const [file] = await renderAll(owned, { width: 200 });
    const { xmp, iptc, gainMap } = await sharp(file).metadata();
    expect({ xmp, iptc }).toEqual({});
    expect(gainMap).toBeDefined();
    const bytes = await readFile(file);
    for (const secret of secrets) expect(bytes.includes(secret), secret).toBe(false);
  });

  test("is known by its header, so that its memory is counted", async () => {
    const hdr = await hdrPhoto();
    const header = await readHeader(rangedFile(hdr).read, hdr.length);
    expect(header).toMatchObject({ width: 400, height: 300, multiPicture: true });
    const { multiPicture: _, ...plain } = header;
    const large = { width: 4000, height: 3000 };
    const thumb = transformListSchema.parse([{ name: "thumb", width: 300 }]);
    const more =
      predictedBytes({ ...header, ...large }, thumb) - predictedBytes({ ...plain, ...large }, thumb);
    expect(more).toBeGreaterThan(50e6);
  });
});
