import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  avifOfPrimaries,
  cmykProfile,
  greyProfile,
  rgbProfile,
  rgbSpaces,
  srgbOf,
  srgbOfDaylightLab,
  srgbOfGrey,
  srgbOfLab,
  tiffPicture,
  withJpegProfile,
  withPngProfile,
} from "../../../test/pictures/index.ts";
import { middleOf, pixelsOf } from "../../../test/support/engine-pixels.ts";
import { renderAll, requestFor, workFolder } from "../../../test/support/engine-work.ts";
import { faultCode } from "./fault.ts";
import { sharp } from "./locked-sharp.ts";
import { render } from "./render.ts";

type Triple = [number, number, number];
const width = 32;
const height = 24;
const size = { width, height };

const repeated = (pixel: Uint8Array) => Buffer.concat(Array.from({ length: width * height }, () => pixel));
const raw = (pixel: readonly number[]) =>
  sharp(repeated(Uint8Array.from(pixel)), { raw: { ...size, channels: pixel.length as 1 | 2 | 3 | 4 } });
const wide = (pixel: readonly number[]) =>
  repeated(new Uint8Array(Uint16Array.from(pixel, (value) => value * 257).buffer));
const float = (pixel: readonly number[]) => repeated(new Uint8Array(Float32Array.from(pixel).buffer));

const png = (pixel: readonly number[]) => raw(pixel).png().toBuffer();
const png16 = (pixel: readonly number[]) => raw(pixel).toColourspace("rgb16").png().toBuffer();
const grey16 = (value: number) => raw([value]).toColourspace("grey16").png().toBuffer();
const jpeg = (pixel: readonly number[]) =>
  raw(pixel).jpeg({ quality: 100, chromaSubsampling: "4:4:4" }).toBuffer();

const brown: Triple = [160, 96, 80];
const vivid: Triple = [60, 190, 90];
const { adobe, p3 } = rgbSpaces;
/** Cyan ink is a blue, all others nearly black, paper white. */
const inks = cmykProfile(([cyan, magenta, yellow, black]) => {
  if (!cyan && !magenta && !yellow && !black) return [100, 0, 0];
  return cyan && !magenta && !yellow && !black ? [60, -10, -25] : [0, 0, 0];
});
const cmykTiff = (pixel: readonly number[], profile?: Buffer) =>
  tiffPicture({
    ...size,
    photometric: 5,
    samples: 4,
    bits: 8,
    pixels: repeated(Uint8Array.from(pixel)),
    ...(profile && { profile }),
  });

/** What goes in, and the sRGB that must come out: worked out from the standards, by no colour engine. */
const rows: readonly [name: string, file: () => Promise<Buffer> | Buffer, expected: readonly number[]][] = [
  ["plain sRGB", () => png(brown), brown],
  [
    "JPEG in Adobe RGB",
    async () => withJpegProfile(await jpeg(brown), rgbProfile(adobe)),
    srgbOf(adobe, brown),
  ],
  ["PNG in Adobe RGB", async () => withPngProfile(await png(vivid), rgbProfile(adobe)), srgbOf(adobe, vivid)],
  ["JPEG in Display P3", async () => withJpegProfile(await jpeg(brown), rgbProfile(p3)), srgbOf(p3, brown)],
  ["PNG in Display P3", async () => withPngProfile(await png(vivid), rgbProfile(p3)), srgbOf(p3, vivid)],
  [
    "16-bit PNG in Adobe RGB",
    async () => withPngProfile(await png16(brown), rgbProfile(adobe)),
    srgbOf(adobe, brown),
  ],
  [
    "16-bit PNG in Display P3",
    async () => withPngProfile(await png16(brown), rgbProfile(p3)),
    srgbOf(p3, brown),
  ],
  ["AVIF that names Display P3 by its primaries", () => avifOfPrimaries(12, vivid, size), srgbOf(p3, vivid)],
  ["AVIF that names sRGB by its primaries", () => avifOfPrimaries(1, vivid, size), vivid],
  ["grey JPEG with a gamma of 1.8", async () => greyJpeg(), grey(srgbOfGrey(1.8, 100))],
  [
    "16-bit grey PNG with a gamma of 1.8",
    async () => withPngProfile(await grey16(100), greyProfile(1.8)),
    grey(srgbOfGrey(1.8, 100)),
  ],
  ["CMYK TIFF with its printer's profile", () => cmykTiff([255, 0, 0, 0], inks), srgbOfLab([60, -10, -25])],
  ["bare paper of a CMYK TIFF", () => cmykTiff([0, 0, 0, 0], inks), [255, 255, 255]],
  ["CMYK TIFF without a profile: paper", () => cmykTiff([0, 0, 0, 0]), [255, 255, 255]],
  ["16-bit PNG", () => png16(brown), brown],
  ["16-bit grey PNG", () => grey16(100), grey(100)],
  ["palette PNG", () => raw(brown).png({ palette: true }).toBuffer(), brown],
  [
    "1-bit PNG",
    () => raw([255]).toColourspace("b-w").png({ palette: true, colours: 2 }).toBuffer(),
    grey(255),
  ],
  [
    "1-bit TIFF",
    () =>
      tiffPicture({ ...size, photometric: 1, samples: 1, bits: 1, pixels: Buffer.alloc(4 * height, 0xff) }),
    grey(255),
  ],
  [
    "grey with half alpha, on white",
    () =>
      sharp(repeated(Uint8Array.from([100, 128])), { raw: { ...size, channels: 2 } })
        .png()
        .toBuffer(),
    grey(177),
  ],
  ["colours with half alpha, on white", () => png([...brown, 128]), [207, 175, 167]],
  [
    "16-bit TIFF",
    () => tiffPicture({ ...size, photometric: 2, samples: 3, bits: 16, pixels: wide(brown) }),
    brown,
  ],
  [
    "float TIFF of linear light",
    () =>
      tiffPicture({
        ...size,
        photometric: 2,
        samples: 3,
        bits: 32,
        sampleFormat: 3,
        pixels: float([0.352, 0.117, 0.0802]),
      }),
    brown,
  ],
  [
    "16-bit Lab TIFF",
    () => tiffPicture({ ...size, photometric: 8, samples: 3, bits: 16, pixels: lab16(60, 20, -30) }),
    srgbOfDaylightLab([60, 20, -30]),
  ],
  ["corrupt profile", async () => withPngProfile(await png(brown), Buffer.alloc(500, 7)), brown],
  [
    "profile cut in half",
    async () => withJpegProfile(await jpeg(brown), rgbProfile(adobe).subarray(0, 200)),
    brown,
  ],
  [
    "profile of another kind of pixels",
    async () => withPngProfile(await png(brown), greyProfile(1.8)),
    brown,
  ],
];

/** L over the whole range, a and b in 256ths (TIFF 6.0, section 23). */
function lab16(l: number, a: number, b: number) {
  return repeated(new Uint8Array(Int16Array.from([Math.round(l * 655.35), a * 256, b * 256]).buffer));
}

async function greyJpeg() {
  const file = await raw([100]).toColourspace("b-w").jpeg({ quality: 100 }).toBuffer();
  return withJpegProfile(file, greyProfile(1.8));
}

function grey(value: number): Triple {
  return [value, value, value];
}

function expectNear(colour: readonly number[] = [], expected: readonly number[]) {
  expect(colour.length).toBe(3);
  const off = Math.max(...colour.map((value, index) => Math.abs(value - (expected[index] ?? -999))));
  expect(off, `${colour} is not ${expected}`).toBeLessThanOrEqual(3);
}

describe("colour", () => {
  test.each(rows)(
    "%s comes out in the right sRGB, alone and from shared pixels",
    async (_name, file, expected) => {
      await using folder = await workFolder();
      await writeFile(join(folder.path, "source"), await file());
      const plain = { format: "jpeg" as const, quality: 100 };
      const shared = [
        { ...plain, width: 16 },
        { ...plain, width: 8 },
      ];
      await render(requestFor(folder.path, { ...plain, width: 24 }));
      const alone = await middleOf(join(folder.path, "0.jpg"));
      await render(requestFor(folder.path, ...shared));
      for (const colour of [alone, await middleOf(join(folder.path, "1.jpg"))]) {
        expectNear(colour, expected);
      }
    },
  );

  const onGreen = { background: "#20a040", format: "jpeg", quality: 100 } as const;
  test.each([
    ["8 bits", () => raw([100, 128]).png().toBuffer(), 100],
    ["16 bits", () => raw([100, 128]).toColourspace("grey16").png().toBuffer(), 100],
    [
      "16 bits with a profile",
      async () =>
        withPngProfile(await raw([100, 128]).toColourspace("grey16").png().toBuffer(), greyProfile(1.8)),
      srgbOfGrey(1.8, 100),
    ],
  ] as const)("grey of %s is laid on a coloured background, alone and shared", async (_name, file, shade) => {
    const picture = await file();
    // Half of it, half of the green.
    const mixed = [32, 160, 64].map((value) => (value + shade) / 2);
    const bars = { ...onGreen, width: 20, height: 20, fit: "contain" } as const;
    for (const files of [
      [...(await renderAll(picture, { ...onGreen, width: 16 })), ...(await renderAll(picture, bars))],
      (await renderAll(picture, { width: 30, format: "png" }, { ...onGreen, width: 16 }, bars)).slice(1),
    ]) {
      const [laid, barred] = await Promise.all(files.map((one) => pixelsOf(one)));
      expectNear(laid?.at(8, 6), mixed);
      expectNear(barred?.at(10, 10), mixed);
      expectNear(barred?.at(10, 1), [32, 160, 64]);
    }
  });

  test("a translucent background has its whole colour where no alpha can be written, in bars and under the picture", async () => {
    const asked = { ...onGreen, background: "#20a04080", width: 20, height: 20, fit: "contain" } as const;
    const [file] = await renderAll(await png([0, 0, 0, 0]), asked);
    const { at } = await pixelsOf(file);
    for (const y of [1, 10]) expectNear(at(10, y), [32, 160, 64]);
  });

  test("an 8-bit Lab TIFF, which libvips cannot open, is called unsupported and not corrupt", async () => {
    await using folder = await workFolder();
    const pixels = Buffer.alloc(width * height * 3, 100);
    const file = tiffPicture({ ...size, photometric: 8, samples: 3, bits: 8, pixels });
    await writeFile(join(folder.path, "source"), file);
    const code = await render(requestFor(folder.path, {})).then(() => "no error", faultCode);
    expect(code).toBe("unsupported_format");
  });

  test("an AVIF that names Display P3 keeps it when asked, with what it says of itself, and is not turned", async () => {
    const file = await avifOfPrimaries(12, vivid, size, { Artist: "Jane", Orientation: "1" });
    const sideways = Buffer.from(file);
    const at = file.indexOf(Buffer.from([0x01, 0x12, 0, 3, 0, 0, 0, 1]));
    const little = file.indexOf(Buffer.from([0x12, 0x01, 3, 0, 1, 0, 0, 0]));
    sideways[little < 0 ? at + 9 : little + 8] = 6;
    const [kept] = await renderAll(sideways, { format: "png", metadata: "keep" });
    const facts = await sharp(kept).metadata();
    expect(facts).toMatchObject({ ...size, hasProfile: true });
    expect(facts.orientation ?? 1).toBe(1);
    expect(facts.exif?.toString()).toContain("Jane");
    expectNear(await middleOf(kept), vivid);
  });

  test("no profile is written unless it is asked for", async () => {
    await using folder = await workFolder();
    await writeFile(join(folder.path, "source"), withPngProfile(await png(vivid), rgbProfile(p3)));
    await render(requestFor(folder.path, { width: 16 }, { width: 16, format: "jpeg" }));
    for (const file of ["0.png", "1.jpg"]) {
      expect((await sharp(join(folder.path, file)).metadata()).icc).toBeUndefined();
    }
  });
});
