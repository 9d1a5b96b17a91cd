import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import sharp from "sharp";
import { afterAll, beforeAll, expect, it } from "vitest";
import {
  cmykProfile,
  flat,
  greyProfile,
  photo,
  rgbProfile,
  rgbSpaces,
  seededRandom,
  srgbOf,
  srgbOfGrey,
  srgbOfLab,
  tiffPicture,
  turnableFormats,
  turned,
  withGainMap,
  withJpegProfile,
  withPngProfile,
} from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { pixelsOf } from "../support/engine-pixels.ts";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";

type Rgb = readonly number[];
const size = { width: 64, height: 48 };
const brown = [160, 96, 80] as const;
const repeated = (pixel: readonly number[]) =>
  Buffer.concat(Array.from({ length: size.width * size.height }, () => Buffer.from(pixel)));
const raw = (pixel: readonly number[]) =>
  sharp(repeated(pixel), { raw: { ...size, channels: pixel.length as 1 | 2 | 3 | 4 } });
const png = (pixel: readonly number[]) => raw(pixel).png().toBuffer();

/** Red at the upper left, blue elsewhere. */
function cornered(): Buffer {
  const pixels = repeated([20, 40, 200]);
  for (let y = 0; y < 24; y += 1) {
    for (let x = 0; x < 32; x += 1) pixels.set([220, 30, 20], (y * size.width + x) * 3);
  }
  return pixels;
}
const corners = { pixels: cornered(), ...size };
const cornerPng = (progressive: boolean) =>
  sharp(corners.pixels, { raw: { ...size, channels: 3 } })
    .png({ progressive })
    .toBuffer();
const cornerJpeg = (progressive: boolean) =>
  sharp(corners.pixels, { raw: { ...size, channels: 3 } })
    .jpeg({ progressive, quality: 95 })
    .toBuffer();

const pace = { delay: [100, 40, 250], loop: 3 };
const frames = Buffer.concat([repeated([220, 30, 20]), repeated([30, 200, 30]), repeated([20, 40, 200])]);
const moving = (format: "gif" | "webp") => {
  const image = sharp(frames, {
    raw: { width: 64, height: 144, channels: 3, pageHeight: 48 },
    animated: true,
  });
  return (format === "gif" ? image.gif(pace) : image.webp({ ...pace, lossless: true })).toBuffer();
};

const press = cmykProfile(([cyan, magenta, yellow, black]) => {
  if (!cyan && !magenta && !yellow && !black) return [100, 0, 0];
  return cyan && !magenta && !yellow && !black ? [60, -10, -25] : [0, 0, 0];
});

async function hdr(): Promise<Buffer> {
  const map = await sharp(Buffer.alloc(32 * 24, 200), { raw: { width: 32, height: 24, channels: 1 } })
    .toColourspace("b-w")
    .jpeg()
    .toBuffer();
  return withGainMap(await flat({ ...size, colour: "#a06050", quality: 95 }), map);
}

/** As `corners`, drawn. */
const drawing = () =>
  Buffer.from(
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">' +
      '<path d="M0 0H64V48H0Z" fill="#1428c8"/><path d="M0 0H32V24H0Z" fill="#dc1e14"/></svg>',
  );

/** A dull wall that is wider than high, with fine noise at its left end and one vivid thing at its right. */
function wall(): Promise<Buffer> {
  const [width, height] = [480, 160];
  const pixels = Buffer.alloc(width * height * 3, 120);
  const random = seededRandom(7);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < 120; x += 1)
      pixels.fill(random() < 0.5 ? 60 : 180, (y * width + x) * 3, (y * width + x) * 3 + 3);
    for (let x = 400; x < 450; x += 1) {
      if (y >= 50 && y < 110) pixels.set([225, 30, 20], (y * width + x) * 3);
    }
  }
  return sharp(pixels, { raw: { width, height, channels: 3 } })
    .png()
    .toBuffer();
}

/** Where `camera` was, as EXIF has it: 51° 30′ in rationals, in either order of bytes. */
function tellsPlace(file: Buffer): boolean {
  const numbers = Buffer.from(Uint32Array.of(51, 1, 30, 1).buffer);
  return file.includes(numbers) || file.includes(Buffer.from(numbers).swap32());
}

const camera = () =>
  raw(brown)
    .withExif({
      IFD0: { Copyright: "All hers (x)" },
      IFD2: { BodySerialNumber: "SN-4711" },
      IFD3: { GPSLatitudeRef: "N", GPSLatitude: "51/1 30/1 3230/100", GPSMapDatum: "Secret Meadow" },
    })
    .jpeg({ quality: 95 })
    .toBuffer();

interface Expected {
  readonly size?: readonly [number, number];
  readonly frames?: number;
  /** Values at places of the whole result, frames one below the other. */
  readonly colours: readonly (readonly [x: number, y: number, colour: Rgb])[];
  /** What else the file must say of itself. */
  readonly facts?: Record<string, unknown>;
  readonly contains?: string;
  readonly lacks?: readonly string[];
}

type Row = readonly [
  name: string,
  picture: () => Promise<Buffer> | Buffer,
  asked: Readonly<Record<string, unknown>>,
  expected: Expected,
];

const half = { size: [32, 24] } as const;
const middle = (colour: Rgb) => ({ ...half, colours: [[16, 12, colour]] }) as const;
const upright = {
  ...half,
  colours: [
    [6, 5, [220, 30, 20]],
    [26, 5, [20, 40, 200]],
    [6, 19, [20, 40, 200]],
  ],
} as const;
const threeFrames = {
  ...half,
  frames: 3,
  colours: [
    [16, 12, [220, 30, 20]],
    [16, 36, [30, 200, 30]],
    [16, 60, [20, 40, 200]],
  ],
  facts: pace,
} as const;

const rows: readonly Row[] = [
  ...turnableFormats.map((format): Row => {
    return [`${format} that lies on its side`, () => turned(corners, 6, format), { format: "png" }, upright];
  }),
  ...turnableFormats.map((format): Row => {
    return [`${format} that is mirrored`, () => turned(corners, 7, format), { format: "png" }, upright];
  }),
  [
    "JPEG in Adobe RGB",
    async () =>
      withJpegProfile(await raw(brown).jpeg({ quality: 100 }).toBuffer(), rgbProfile(rgbSpaces.adobe)),
    {},
    middle(srgbOf(rgbSpaces.adobe, [...brown])),
  ],
  [
    "PNG in Display P3",
    async () => withPngProfile(await png(brown), rgbProfile(rgbSpaces.p3)),
    {},
    middle(srgbOf(rgbSpaces.p3, [...brown])),
  ],
  [
    "PNG in Display P3 that keeps it",
    async () => withPngProfile(await png(brown), rgbProfile(rgbSpaces.p3)),
    { metadata: "keep" },
    { ...middle(brown), facts: { hasProfile: true } },
  ],
  [
    "CMYK TIFF",
    () =>
      tiffPicture({
        ...size,
        photometric: 5,
        samples: 4,
        bits: 8,
        pixels: repeated([255, 0, 0, 0]),
        profile: press,
      }),
    {},
    middle(srgbOfLab([60, -10, -25])),
  ],
  [
    "grey PNG of a gamma of 1.8",
    async () => withPngProfile(await raw([100]).toColourspace("b-w").png().toBuffer(), greyProfile(1.8)),
    {},
    middle([srgbOfGrey(1.8, 100)]),
  ],
  [
    "16-bit PNG in Display P3 that keeps it",
    async () =>
      withPngProfile(await raw(brown).toColourspace("rgb16").png().toBuffer(), rgbProfile(rgbSpaces.p3)),
    { metadata: "keep" },
    { ...middle(brown), facts: { hasProfile: true, depth: "uchar" } },
  ],
  ["16-bit PNG", () => raw(brown).toColourspace("rgb16").png().toBuffer(), {}, middle(brown)],
  ["palette PNG", () => raw(brown).png({ palette: true }).toBuffer(), {}, middle(brown)],
  [
    "1-bit PNG",
    () => raw([255]).toColourspace("b-w").png({ palette: true, colours: 2 }).toBuffer(),
    { format: "jpeg" },
    middle([255, 255, 255]),
  ],
  ["grey PNG with alpha, on white", () => png([100, 128]), { format: "jpeg" }, middle([177, 177, 177])],
  [
    "transparent PNG, on the background that was chosen",
    () => png([...brown, 0]),
    { format: "jpeg", background: "#20a040" },
    middle([32, 160, 64]),
  ],
  ["interlaced PNG", () => cornerPng(true), {}, upright],
  ["progressive JPEG", () => cornerJpeg(true), {}, upright],
  ["SVG", drawing, {}, { ...upright, facts: { format: "png" } }],
  ["animated GIF", () => moving("gif"), {}, threeFrames],
  ["animated WebP", () => moving("webp"), {}, threeFrames],
  ["animated GIF that becomes WebP", () => moving("gif"), { format: "webp" }, threeFrames],
  [
    "animated GIF that becomes JPEG",
    () => moving("gif"),
    { format: "jpeg" },
    { ...middle([220, 30, 20]), frames: 1 },
  ],
  ["HDR photo", hdr, {}, { ...middle(brown), facts: { gainMap: { image: expect.any(Buffer) } } }],
  [
    "photo of a camera",
    camera,
    {},
    { ...middle(brown), lacks: ["SN-4711", "Secret Meadow", "All hers", "Exif"] },
  ],
  [
    "photo whose owner is kept",
    camera,
    { metadata: "copyright" },
    { ...middle(brown), contains: "All hers", lacks: ["SN-4711", "Secret Meadow"] },
  ],
  [
    "photo of which all is kept",
    camera,
    { metadata: "keep" },
    { ...middle(brown), contains: "Secret Meadow" },
  ],
];

let pixmill: Pixmill;
let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder();
  pixmill = await startPixmill({ env: { PIXMILL_SVG: "on" } });
});
afterAll(async () => {
  await pixmill.stop();
  await removeFolder(pixmill.storage);
  await removeFolder(folder);
});

async function processed(content: Buffer, ...variants: readonly Record<string, unknown>[]) {
  const { id } = await accepted(pixmill.url, { name: "a", content }, { variants: JSON.stringify(variants) });
  return await finalImage(pixmill.url, id);
}

async function bytesAt(url: string): Promise<Buffer> {
  return Buffer.from(await (await fetch(new URL(url, pixmill.url))).arrayBuffer());
}

it.each(rows)("%s comes out right", async (_name, picture, asked, expected) => {
  const content = await picture();
  for (const word of expected.lacks ?? []) expect(content.includes(word), `${word}, going in`).toBe(true);
  const image = await processed(content, { name: "half", width: 32, quality: 95, ...asked });
  expect(image).toMatchObject({ status: "done", error: null });
  const [variant] = image.variants;
  if (!variant) throw new Error("nothing was made");
  const bytes = await bytesAt(variant.url);
  const file = join(folder, "result");
  await writeFile(file, bytes);
  if (expected.size) expect([variant.width, variant.height]).toEqual(expected.size);
  const facts = await sharp(file, { pages: -1 }).metadata();
  expect(facts.pages ?? 1).toBe(expected.frames ?? 1);
  if (expected.facts) expect(facts).toMatchObject(expected.facts);
  if (expected.contains) expect(bytes.includes(expected.contains)).toBe(true);
  for (const word of expected.lacks ?? []) expect(bytes.includes(word), word).toBe(false);
  const { at } = await pixelsOf(file, -1);
  for (const [x, y, colour] of expected.colours) {
    const found = at(x, y);
    // A grey result has one channel.
    const off = Math.max(
      ...colour.map((value, index) => Math.abs(value - (found[index] ?? found[0] ?? -999))),
    );
    expect(off, `${x}, ${y}: ${found} is not ${colour}`).toBeLessThanOrEqual(6);
  }
});

it("where a photo was taken is told only where everything is asked for", async () => {
  const content = await camera();
  expect(tellsPlace(content)).toBe(true);
  const image = await processed(
    content,
    { name: "plain", width: 32 },
    { name: "owned", width: 24, metadata: "copyright" },
    { name: "all", width: 16, metadata: "keep" },
  );
  const told = image.variants.map(async ({ name, url }) => [name, tellsPlace(await bytesAt(url))] as const);
  expect(Object.fromEntries(await Promise.all(told))).toEqual({ plain: false, owned: false, all: true });
});

it("crops that go by what is seen find it, also in pixels that other variants share", async () => {
  const square = { width: 40, height: 40, format: "png" };
  const image = await processed(
    await wall(),
    { name: "attention", ...square, position: "attention" },
    { name: "entropy", ...square, position: "entropy" },
    { name: "middle", ...square },
    // What all of them are made from: see `planDecodes`.
    { name: "wide", width: 240, format: "png" },
  );
  expect(image).toMatchObject({ status: "done" });
  const pixels = new Map<string, Awaited<ReturnType<typeof pixelsOf>>>();
  for (const { name, url } of image.variants) pixels.set(name, await pixelsOf(await bytesAt(url)));
  const count = (name: string, is: (r: number, g: number) => boolean) => {
    const { width = 0, height = 0, at = () => [] } = pixels.get(name) ?? {};
    let found = 0;
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        const [r = 0, g = r] = at(x, y);
        if (is(r, g)) found += 1;
      }
    }
    return found / (width * height);
  };
  const isVivid = (r: number, g: number) => r - g > 100;
  const isNoise = (r: number, g: number) => Math.abs(r - g) < 10 && Math.abs(r - 120) > 8;
  // The vivid thing is 12 by 15 of 40 by 40 pixels.
  expect(count("attention", isVivid)).toBeGreaterThan(0.08);
  expect(count("entropy", isVivid)).toBe(0);
  expect(count("entropy", isNoise)).toBeGreaterThan(0.25);
  expect(count("middle", isVivid) + count("middle", isNoise)).toBe(0);
});

it("twenty variants come from one upload, each of its own size and the right colours", async () => {
  const formats = ["jpeg", "png", "webp", "gif"];
  const asked = Array.from({ length: 20 }, (_, index) => ({
    name: `v${index}`,
    width: 8 + 2 * index,
    quality: 95,
    format: formats[index % formats.length],
  }));
  const image = await processed(await cornerPng(false), ...asked);
  expect(image).toMatchObject({ status: "done", error: null });
  expect(image.variants).toMatchObject(
    asked.map(({ name, width, format }) => ({ name, status: "ready", width, format })),
  );
  for (const { url, name, width, height } of image.variants) {
    expect(height, name).toBe(Math.round((width * 3) / 4));
    const { at } = await pixelsOf(await bytesAt(url));
    const inside = [at(Math.floor(width / 8), Math.floor(height / 8)), at(width - 2, height - 2)];
    for (const [index, colour] of [
      [220, 30, 20],
      [20, 40, 200],
    ].entries()) {
      const off = Math.max(...colour.map((value, part) => Math.abs(value - (inside[index]?.[part] ?? -999))));
      expect(off, `${name}: ${inside[index]} is not ${colour}`).toBeLessThanOrEqual(25);
    }
  }
});

it("a variant that cannot be made names itself and costs the others nothing", async () => {
  const wide = { name: "wide", width: 16_384, format: "webp", enlarge: true, fit: "fill", height: 1 };
  const image = await processed(await photo({ ...size }), wide, { name: "small", width: 32 });
  expect(image).toMatchObject({
    status: "done",
    variants: [
      { name: "wide", status: "failed", error: { code: "image_too_large" } },
      { name: "small", status: "ready", width: 32, height: 24 },
    ],
  });
});

it("every image has a placeholder: what it looks like from afar, and its colour", async () => {
  const image = await processed(await png(brown), { name: "half", width: 32 });
  expect(image).toMatchObject({
    placeholder: { color: "#a06050", thumbhash: expect.stringMatching(/^[A-Za-z0-9+/]+=*$/) },
  });
});
