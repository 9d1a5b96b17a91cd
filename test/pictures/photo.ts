import sharp, { type Sharp } from "sharp";
import type { Format } from "../../src/image/format.ts";
import { heic } from "./heic.ts";
import { randomBytes, seededRandom } from "./seeded-random.ts";

interface PictureOptions {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
  readonly format?: Format;
  /** 1 to 100, for formats that have it. */
  readonly quality?: number;
  /** Progressive JPEG, interlaced PNG. */
  readonly progressive?: boolean;
}

interface PhotoOptions extends PictureOptions {
  /** Another seed is another picture. */
  readonly seed?: number;
}

/** Grain is repeated in squares of this side: making it for every pixel would take seconds. */
const grainSide = 256;

/**
 * A picture that costs decoders and encoders what a photo costs: large soft shapes, smaller ones, and grain.
 * 4000×3000 as JPEG of quality 85 has about 3 MB, as from a camera. The same options make the same pixels.
 */
export async function photo(options: PhotoOptions): Promise<Buffer> {
  const { width, height, seed = 1 } = options;
  const random = seededRandom(seed);
  const pixels = await shapes(random, 8, 6, options);
  const detail = await shapes(random, Math.ceil(width / 24), Math.ceil(height / 24), options);
  const grain = Float32Array.from({ length: grainSide ** 2 }, () => (random() + random() - 1) * 23);
  const rowLength = width * 3;
  for (let y = 0; y < height; y++) {
    const grainRow = (y % grainSide) * grainSide;
    for (let x = 0; x < rowLength; x++) {
      const at = y * rowLength + x;
      const grained = (pixels[at] ?? 0) + (grain[grainRow + (((x / 3) | 0) % grainSide)] ?? 0);
      pixels[at] = Math.min(255, Math.max(0, grained + ((detail[at] ?? 0) - 128) / 4));
    }
  }
  const raw = { width, height, channels: 3 } as const;
  return await encode(sharp(pixels, { raw, limitInputPixels: false }), options);
}

/** One colour all over. The smallest file for its pixels. */
export async function flat(options: PictureOptions & { readonly colour?: string }): Promise<Buffer> {
  const { width, height, colour = "#8a7f6b" } = options;
  const channels = colour.length > 7 ? 4 : 3;
  return await encode(
    sharp({ create: { width, height, channels, background: colour }, limitInputPixels: false }),
    options,
  );
}

async function shapes(
  random: () => number,
  columns: number,
  rows: number,
  { width, height }: PictureOptions,
) {
  const raw = { width: columns, height: rows, channels: 3 } as const;
  return await sharp(randomBytes(random, columns * rows * 3), { raw })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .raw()
    .toBuffer();
}

async function encode(picture: Sharp, options: PictureOptions): Promise<Buffer> {
  const { width, height, format = "jpeg", quality = 85, progressive = false } = options;
  if (format === "jpeg") return picture.jpeg({ quality, progressive }).toBuffer();
  if (format === "png") return picture.png({ progressive, compressionLevel: 3 }).toBuffer();
  if (format === "webp") return picture.webp({ quality, effort: 1 }).toBuffer();
  if (format === "avif") return picture.avif({ quality: Math.min(quality, 60), effort: 0 }).toBuffer();
  if (format === "heic") {
    const { data, info } = await picture.raw().toBuffer({ resolveWithObject: true });
    return heic({ width, height, pixels: data, alpha: info.channels === 4 });
  }
  return format === "gif" ? picture.gif({ effort: 1 }).toBuffer() : picture.tiff({ quality }).toBuffer();
}
