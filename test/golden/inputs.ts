import sharp from "sharp";
import {
  cmykProfile,
  graphic,
  heic,
  rgbProfile,
  rgbSpaces,
  tiffPicture,
  turned,
  withGainMap,
  withJpegProfile,
  withPngProfile,
} from "../pictures/index.ts";

const size = { width: 360, height: 240 };

/** Vivid, alike nowhere, with one thing to look at (a red disc at the upper right) and fine stripes at the left. */
function scene({ width, height }: { readonly width: number; readonly height: number } = size): Buffer {
  const data = Buffer.alloc(width * height * 3);
  for (let y = 0, at = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      const [across, down] = [x / width, y / height];
      const stripe = across < 0.3 && x % 6 < 3 ? 60 : 0;
      const disc = Math.hypot(across - 0.8, (down - 0.3) * (height / width)) < 0.09;
      const plain = [40 + 90 * down + stripe, 60 + 150 * across + stripe, 200 - 120 * down];
      data.set(disc ? [230, 20, 30] : plain, at);
    }
  }
  return data;
}

const open = () => sharp(scene(), { raw: { ...size, channels: 3 } });
const jpeg = () => open().jpeg({ quality: 95 }).toBuffer();
const png = () => open().png().toBuffer();

/** The scene fades to nothing towards the bottom. */
function fading(): Promise<Buffer> {
  const fade = Buffer.from(
    Uint8Array.from({ length: size.width * size.height }, (_, at) => {
      return 255 - Math.floor((255 * Math.floor(at / size.width)) / size.height);
    }),
  );
  return open()
    .joinChannel(fade, { raw: { ...size, channels: 1 } })
    .png()
    .toBuffer();
}

function moving(format: "gif" | "webp"): Promise<Buffer> {
  const frame = { width: 90, height: 60 };
  const frames = ["#d02020", "#20b020", "#2020d0"].map((tint) =>
    sharp(scene(frame), { raw: { ...frame, channels: 3 } })
      .tint(tint)
      .raw()
      .toBuffer(),
  );
  return Promise.all(frames).then((pixels) => {
    const raw = { width: 90, height: 180, channels: 3, pageHeight: 60 } as const;
    const image = sharp(Buffer.concat(pixels), { raw, animated: true });
    return (format === "gif" ? image.gif() : image.webp({ lossless: true })).toBuffer();
  });
}

/** A press whose inks are darker than the plain sums would be. */
const press = cmykProfile(([cyan, magenta, yellow, black]) => [
  100 - (black ? 80 : 0) - (cyan ? 15 : 0) - (magenta ? 25 : 0) - (yellow ? 5 : 0) + (black ? 30 : 0),
  (magenta ? 60 : 0) - (cyan ? 30 : 0),
  (yellow ? 70 : 0) - (cyan ? 40 : 0),
]);

function inks(): Buffer {
  const rgb = scene();
  const pixels = Buffer.alloc(size.width * size.height * 4);
  for (let at = 0; at < size.width * size.height; at += 1) {
    for (let ink = 0; ink < 3; ink += 1) pixels[at * 4 + ink] = 255 - (rgb[at * 3 + ink] ?? 0);
  }
  return tiffPicture({ ...size, photometric: 5, samples: 4, bits: 8, pixels, profile: press });
}

/** A phone's photo: in tiles, on its side, in Display P3 by the number of its primaries alone. */
function phone(): Buffer {
  return heic({ ...size, pixels: scene(), tiles: [3, 2], quarters: 3, primaries: 12 });
}

/** Brighter to the right, where an HDR screen can. */
async function hdr(): Promise<Buffer> {
  const [width, height] = [size.width / 4, size.height / 4];
  const map = Buffer.from(
    Uint8Array.from({ length: width * height }, (_, at) => (255 * (at % width)) / width),
  );
  return withGainMap(
    await jpeg(),
    await sharp(map, { raw: { width, height, channels: 1 } })
      .jpeg()
      .toBuffer(),
  );
}

/** Of what needs no font, which would be the machine's: curves, strokes, a gradient, a mask, half transparent. */
const vector = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 360 240"><defs>
  <linearGradient id="sky" x2="0" y2="1"><stop stop-color="#103080"/><stop offset="1" stop-color="#f0a040"/></linearGradient>
  <mask id="fog"><path d="M0 0H360V240H0Z" fill="#999"/></mask></defs>
  <path d="M0 0H360V170H0Z" fill="url(#sky)"/><circle cx="280" cy="70" r="34" fill="#ffe8a0"/>
  <path d="M0 180C80 90 120 210 200 130S320 150 360 120V240H0Z" fill="#205030" mask="url(#fog)"/>
  <g fill="none" stroke="#c01020" stroke-width="5" stroke-dasharray="14 6" transform="rotate(-8 100 100)">
  <ellipse cx="100" cy="110" rx="70" ry="30"/><path d="M30 40h120"/></g></svg>`;

/** What goes in, made anew in each run. */
export const inputs = {
  jpeg,
  sideways: () => turned({ ...size, pixels: scene() }, 6, "jpeg"),
  mirrored: () => turned({ ...size, pixels: scene() }, 7, "webp"),
  adobe: async () => withJpegProfile(await jpeg(), rgbProfile(rgbSpaces.adobe)),
  p3: async () => withPngProfile(await png(), rgbProfile(rgbSpaces.p3)),
  deep: () => open().toColourspace("rgb16").png().toBuffer(),
  grey: () => open().grayscale().toColourspace("b-w").png().toBuffer(),
  palette: () => open().png({ palette: true, colours: 64, dither: 0 }).toBuffer(),
  interlaced: () => open().png({ progressive: true }).toBuffer(),
  progressive: () => open().jpeg({ quality: 95, progressive: true }).toBuffer(),
  fading,
  inks: async () => inks(),
  drawn: () => graphic({ width: 360, height: 240, seed: 4 }),
  gif: () => moving("gif"),
  webp: () => moving("webp"),
  avif: () => open().avif({ quality: 80, effort: 2, chromaSubsampling: "4:4:4" }).toBuffer(),
  heic: async () => phone(),
  hdr,
  svg: async () => Buffer.from(vector),
} as const satisfies Record<string, () => Promise<Buffer>>;

export type InputName = keyof typeof inputs;
