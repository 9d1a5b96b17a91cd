import { readFile } from "node:fs/promises";
import type { Metadata } from "sharp";
import { describe, expect, test } from "vitest";
import {
  jpegSegment,
  rgbProfile,
  rgbSpaces,
  withJpegSegments,
  withPngProfile,
} from "../../../test/pictures/index.ts";
import { middleOf } from "../../../test/support/engine-pixels.ts";
import { renderAll } from "../../../test/support/engine-work.ts";
import { creditsOf } from "./credits.ts";
import { sharp } from "./locked-sharp.ts";
import { planDecodes } from "./plan.ts";

const formats = ["jpeg", "png", "webp", "avif"] as const;
/** Everything that a camera knows and a stranger should not. */
const secrets = ["Secret Meadow", "SN-4711", "Lens of Eve", "Secret Camera"] as const;

const flat = () => sharp({ create: { width: 60, height: 40, channels: 3, background: "#a06050" } });

function cameraJpeg(credits: { readonly Artist?: string; readonly Copyright?: string }) {
  return flat()
    .withExif({
      IFD0: { ...tailed(credits), Make: "Secret Camera", Software: "Lightroom" },
      IFD2: { BodySerialNumber: "SN-4711", LensModel: "Lens of Eve" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100", GPSMapDatum: "Secret Meadow" },
    })
    .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><secret>Lens of Eve</secret></x:xmpmeta>')
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toBuffer();
}

/** libvips takes the last brackets of a value away. */
function tailed(credits: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(credits).map(([name, text]) => [name, `${text} (x)`]));
}

/** Of the camera's picture, which is seen as 40×60. */
const sharingWidths = [24, 16] as const;

describe("metadata", () => {
  test("variants of those widths share a decode of the camera's picture", () => {
    const needs = sharingWidths.map((width) => ({ width, height: width * 1.5, frames: 1, alone: false }));
    const { shared, direct } = planDecodes({ width: 40, height: 60, format: "jpeg" }, needs);
    expect(shared).toMatchObject([{ variants: [0, 1] }]);
    expect(direct).toEqual([]);
  });

  test("of the camera's picture holds all of the secrets", async () => {
    const source = await cameraJpeg({});
    for (const secret of secrets) expect(source.includes(secret), secret).toBe(true);
  });

  test.each(formats)(
    "by default a %s has none, whether it has its own decode or shares one",
    async (format) => {
      const source = await cameraJpeg({ Artist: "Jane Doe", Copyright: "All hers" });
      const variants = sharingWidths.map((width) => ({ width, format }));
      for (const file of [
        ...(await renderAll(source, { format })),
        ...(await renderAll(source, ...variants)),
      ]) {
        const { exif, xmp, icc, iptc } = await sharp(file).metadata();
        expect({ exif, xmp, icc, iptc }).toEqual({});
        for (const secret of [...secrets, "Jane Doe"])
          expect((await readFile(file)).includes(secret)).toBe(false);
      }
    },
  );

  test.each(formats)("copyright keeps who made and who owns it in a %s, and nothing else", async (format) => {
    const source = await cameraJpeg({
      Artist: "Jane Doe (Köln)",
      Copyright: "© 2024 Jane & Söhne (all rights)",
    });
    const files = await renderAll(
      source,
      { format, metadata: "copyright" },
      ...sharingWidths.map((width) => ({ width, format, metadata: "copyright" as const })),
    );
    expect(files).toHaveLength(3);
    for (const file of files) {
      const { exif, xmpAsString, orientation } = await sharp(file).metadata();
      // EXIF is ASCII, and libvips keeps it so.
      expect(exif?.toString()).toContain("Jane Doe (Koln)");
      expect(exif?.toString()).toContain("(C) 2024 Jane & Sohne (all rights)");
      expect(exif?.toString()).not.toContain("pixmill");
      expect(xmpAsString).toContain("<rdf:li>Jane Doe (Koln)</rdf:li>");
      expect(xmpAsString).toContain("(C) 2024 Jane &amp; Sohne (all rights)");
      expect(orientation ?? 1).toBe(1);
      for (const secret of [...secrets, "Lightroom"])
        expect((await readFile(file)).includes(secret)).toBe(false);
    }
  });

  test("of megabytes that only begin like a credit is soon read", () => {
    // By a pattern that looks again from each beginning, hours.
    expect(creditsOf({ xmpAsString: "<dc:creator ".repeat(400_000) } as Metadata)).toEqual({});
  });

  test.each([
    [
      "XMP",
      () =>
        flat()
          .withXmp(
            '<x:xmpmeta xmlns:x="adobe:ns:meta/" xmlns:dc="d" xmlns:rdf="r"><dc:creator><rdf:Seq><rdf:li>Ann</rdf:li><rdf:li>Zoë</rdf:li></rdf:Seq></dc:creator><dc:rights><rdf:Alt><rdf:li xml:lang="x-default">A &amp; B &lt;own&gt;</rdf:li></rdf:Alt></dc:rights></x:xmpmeta>',
          )
          .jpeg()
          .toBuffer(),
      ["Ann; Zoë", "A &amp; B &lt;own&gt;"],
    ],
    [
      "IPTC",
      async () => withJpegSegments(await flat().jpeg().toBuffer(), iptcSegment([80, "Ann"], [116, "Hers"])),
      ["Ann", "Hers"],
    ],
  ] as const)("copyright is found in %s too", async (_name, file, credits) => {
    const [result] = await renderAll(await file(), { metadata: "copyright" });
    const { exif, xmpAsString } = await sharp(result).metadata();
    expect(exif?.toString()).toContain("Ann");
    for (const credit of credits) expect(xmpAsString).toContain(credit);
  });

  test("copyright of a picture that names nobody writes nothing", async () => {
    const [result] = await renderAll(await cameraJpeg({}), { metadata: "copyright" });
    const { exif, xmp } = await sharp(result).metadata();
    expect({ exif, xmp }).toEqual({});
  });

  test("EXIF that is damaged costs its words, not the picture", async () => {
    const damaged = Buffer.from(
      "Exif\0\0II*\0\x08\0\0\0\xff\xff\x98\x82\x02\0\xff\xff\xff\x7f\xff\0\0\0",
      "latin1",
    );
    const source = withJpegSegments(await flat().jpeg().toBuffer(), jpegSegment(0xe1, damaged));
    expect(await renderAll(source, { metadata: "copyright" }, { metadata: "keep" })).toHaveLength(2);
  });

  test.each(formats)("keep takes everything along into a %s, but the orientation is done", async (format) => {
    const [file] = await renderAll(
      await cameraJpeg({ Artist: "Jane Doe" }),
      { width: 30, format, metadata: "keep" },
      { width: 10 },
    );
    const { exif, xmp, width, height, orientation, autoOrient } = await sharp(file).metadata();
    for (const kept of ["Jane Doe", "SN-4711", "Secret Camera"]) expect(exif?.toString()).toContain(kept);
    expect(xmp?.toString()).toContain("Lens of Eve");
    expect(orientation ?? 1).toBe(1);
    // The camera lay on its side: 60×40 is seen as 40×60.
    expect([width, height]).toEqual([30, 45]);
    expect(autoOrient).toEqual({ width: 30, height: 45 });
  });

  test.each(formats)("keep leaves Display P3 as it is in a %s, with its profile", async (format) => {
    const png = await sharp({ create: { width: 60, height: 40, channels: 3, background: "#28c85a" } })
      .png()
      .toBuffer();
    const profile = rgbProfile(rgbSpaces.p3);
    const [file] = await renderAll(
      withPngProfile(png, profile),
      { width: 30, format, quality: 100, metadata: "keep" },
      { width: 10 },
    );
    expect((await sharp(file).metadata()).icc?.equals(profile)).toBe(true);
    const colour = await middleOf(file);
    for (const [index, value] of [40, 200, 90].entries()) {
      expect(Math.abs((colour[index] ?? 0) - value), String(colour)).toBeLessThanOrEqual(3);
    }
  });

  test("keep turns what is not RGB into sRGB, and says so", async () => {
    const cmyk = await flat().withIccProfile("cmyk").toColourspace("cmyk").jpeg({ quality: 100 }).toBuffer();
    const [kept] = await renderAll(cmyk, { metadata: "keep" });
    const [plain] = await renderAll(cmyk, {});
    expect(await sharp(kept).metadata()).toMatchObject({ space: "srgb", channels: 3, hasProfile: true });
    expect((await sharp(kept).metadata()).icc?.length).toBeLessThan(1_000);
    expect(await middleOf(kept)).toEqual(await middleOf(plain));
  });
});

/** Photoshop's block of IPTC datasets in a JPEG. */
function iptcSegment(...datasets: readonly (readonly [number, string])[]) {
  const data = Buffer.concat(
    datasets.map(([dataset, text]) => {
      const head = Buffer.from([0x1c, 2, dataset, 0, 0]);
      head.writeUInt16BE(text.length, 3);
      return Buffer.concat([head, Buffer.from(text)]);
    }),
  );
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const resource = Buffer.from("Photoshop 3.0\x008BIM\x04\x04\0\0", "latin1");
  return jpegSegment(0xed, Buffer.concat([resource, length, data, Buffer.alloc(data.length % 2)]));
}
