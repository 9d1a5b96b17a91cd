import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { rangedFile, turnableFormats, turned } from "../../../test/pictures/index.ts";
import { meanDifference, pixelsOf } from "../../../test/support/engine-pixels.ts";
import { fileOf, renderAll, testLimits, workFolder } from "../../../test/support/engine-work.ts";
import { formats, formatTable } from "../../image/format.ts";
import { readHeader } from "../../image/read-header.ts";
import { sharp } from "./locked-sharp.ts";
import { planDecodes } from "./plan.ts";
import { openSource } from "./source.ts";

const size = { width: 160, height: 96 };
/** Near enough to each other, and far enough from the source, to share a decode. */
const sizes = { large: { width: 100, height: 60 }, small: { width: 60, height: 36 } };

/** Smooth and busy at once, and nowhere symmetric. */
function scene(): Buffer {
  const { width, height } = size;
  const pixels = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      pixels[at++] = 128 + 100 * Math.sin(x / 17) * Math.cos(y / 13);
      pixels[at++] = (255 * x) / width;
      pixels[at++] = (255 * y) / height;
    }
  }
  return pixels;
}

async function engineHeader(file: Buffer) {
  await using folder = await workFolder();
  await copyFile(await fileOf(file), join(folder.path, "source"));
  const { header } = await openSource(folder.path, testLimits);
  return header;
}

test("every format that can say how its picture lies is in the table below", () => {
  const saying = formats.filter((format) => formatTable[format].turnedBy !== false);
  expect([...turnableFormats].sort()).toEqual(saying.sort());
});

describe.each(turnableFormats)("a %s", (format) => {
  test("in any of the eight orientations gives the same upright picture", async () => {
    const picture = { ...size, pixels: scene() };
    const results: { own: Buffer; shared: Buffer }[] = [];
    const needs = [sizes.large, sizes.small].map((need) => ({ ...need, frames: 1, alone: false }));
    expect(planDecodes({ ...size, format }, needs)).toMatchObject({
      shared: [{ variants: [0, 1] }],
      direct: [],
    });
    for (let orientation = 1; orientation <= 8; orientation += 1) {
      const file = await turned(picture, orientation, format);
      const header = await readHeader(rangedFile(file).read, file.length);
      expect(header, `orientation ${orientation}`).toMatchObject(size);
      expect(await engineHeader(file), `orientation ${orientation}`).toEqual(header);
      const variant = { width: sizes.small.width, format: "png" as const };
      const [own] = await renderAll(file, variant);
      const [, shared = own] = await renderAll(file, { ...variant, width: sizes.large.width }, variant);
      results.push({ own: (await pixelsOf(own)).data, shared: (await pixelsOf(shared)).data });
    }
    const [first] = results;
    if (!first) throw new Error("nothing was made");
    for (const [index, { own, shared }] of results.entries()) {
      expect(meanDifference(own, first.own), `orientation ${index + 1}`).toBeLessThan(1);
      expect(meanDifference(shared, first.shared), `orientation ${index + 1}, shared`).toBeLessThan(1);
    }
    // And it is the picture, not eight times the same mistake.
    const { at } = await pixelsOf((await renderAll(await turned(picture, 6, format), { format: "png" }))[0]);
    const [, right = 0] = at(158, 48);
    const [, , bottom = 0] = at(80, 94);
    expect(right).toBeGreaterThan(235);
    expect(bottom).toBeGreaterThan(235);
  });

  test("that lies on its side is cut as it is seen", async () => {
    const file = await turned({ ...size, pixels: scene() }, 6, format);
    const [cut] = await renderAll(file, { width: 40, height: 40, position: "right", format: "png" });
    const { width, height, at } = await pixelsOf(cut);
    expect([width, height]).toEqual([40, 40]);
    const [, left = 255] = at(1, 20);
    // The right 96 of 160 columns are left.
    expect(Math.abs(left - (255 * 66) / 160)).toBeLessThan(8);
  });
});

test("an AVIF is turned by its boxes, whatever its EXIF says", async () => {
  const plain = await sharp(scene(), { raw: { ...size, channels: 3 } })
    .withExif({ IFD0: { Artist: "Jane", Orientation: "6" } })
    .avif({ quality: 90, effort: 0 })
    .toBuffer();
  const sideways = await turned({ ...size, pixels: scene() }, 6, "avif");
  sideways[sideways.indexOf("irot") + 4] = 0;
  for (const [file, seen] of [
    [plain, size],
    [sideways, { width: size.height, height: size.width }],
  ] as const) {
    expect(await readHeader(rangedFile(file).read, file.length)).toMatchObject(seen);
    expect(await engineHeader(file)).toMatchObject(seen);
    const { width, height } = await pixelsOf((await renderAll(file, { format: "png" }))[0]);
    expect({ width, height }).toEqual(seen);
  }
});
