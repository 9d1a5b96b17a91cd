import { framesOf, writtenFormat } from "./cost.ts";
import type { Format, OutputFormat } from "./format.ts";
import { outputSize, type Size } from "./geometry.ts";
import type { ImageHeader } from "./original.ts";
import type { Transform } from "./transform.ts";

/**
 * CPU milliseconds a megapixel of a photo that the encoders take, at the effort that the engine asks of them and the
 * quality when none is asked for (sharp 0.35.5, one thread, 1600×1200).
 */
const encodeMs = { jpeg: 37, png: 58, webp: 126, avif: 600, gif: 543 } satisfies Record<OutputFormat, number>;
/** Of AVIF, as in `encoders.ts`. */
const ownQuality = 60;
/** From here on AVIF takes no longer. */
const dearestQuality = 90;

/**
 * CPU milliseconds a megapixel of that result. AVIF takes a third of its usual time at quality 20 and half as long
 * again at 90; of WebP it is a quarter more or less, and the others are quick at any.
 */
export function encodeMsPerMegapixel(header: ImageHeader, transform: Transform): number {
  const format = writtenFormat(header, transform);
  const { quality = ownQuality } = transform;
  return encodeMs[format] * (format === "avif" ? Math.min(quality, dearestQuality) / ownQuality : 1);
}

/** The same of the decoders; a JPEG that is made much smaller takes a quarter of it. Of SVG a guess: its size says little. */
const decodeMs = {
  jpeg: 8,
  png: 18,
  webp: 14,
  gif: 12,
  avif: 40,
  tiff: 6,
  heic: 90,
  svg: 40,
} satisfies Record<Format, number>;

/** Claim, copy, store and record. */
const fixedMs = 10;
/** Of an image whose header is not known yet: a photo of ten megapixels. */
export const unknownWorkMs = 50;

/**
 * What making these variants will about take one core, in whole milliseconds. It decides whose turn it is, and
 * nothing else, so that a factor of two is no matter: it only has to tell a thumbnail from an AVIF of 20 megapixels.
 */
export function predictedWorkMs(header: ImageHeader, transforms: readonly Transform[]): number {
  const sizes = transforms.map((transform) => outputSize(header, transform));
  const shrinks =
    header.format === "jpeg" &&
    sizes.every(({ width, height }) => 4 * width < header.width && 4 * height < header.height);
  const frames = Math.max(1, ...transforms.map((transform) => framesOf(header, transform)));
  const decode = megapixels(header) * frames * decodeMs[header.format] * (shrinks ? 0.25 : 1);
  const encode = transforms.map((transform, index) => {
    const size = sizes[index] ?? header;
    return megapixels(size) * framesOf(header, transform) * encodeMsPerMegapixel(header, transform);
  });
  return Math.ceil(fixedMs + decode + encode.reduce((sum, ms) => sum + ms, 0));
}

const megapixels = ({ width, height }: Size) => (width * height) / 1e6;
