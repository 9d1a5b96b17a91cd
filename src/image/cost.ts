import { type Format, isOutputFormat, type OutputFormat, staysAnimated } from "./format.ts";
import { outputSize, type Size } from "./geometry.ts";
import type { ImageHeader } from "./original.ts";
import type { Transform } from "./transform.ts";
import { maxVariantPixels } from "./variant-bounds.ts";

/**
 * Peak memory of one render, from what one render took: VmHWM of a child with sharp 0.35.5, one thread, no
 * cache, MALLOC_ARENA_MAX=2, pictures of 12 to 48 megapixels. The numbers are the dearest kind of each format
 * (lossless WebP, four channels of 16 bits, chroma not subsampled), because the header does not tell the kind.
 */
const mebibyte = 1024 * 1024;
/** Node, sharp and a first picture. */
const childBytes = 72 * mebibyte;
/** libvips keeps some hundred rows of what it streams, on the way in. */
const streamedBytesPerColumn = 8_192;

/** Bytes a pixel that the decoder holds of the whole picture; 0: it hands out rows. */
function heldBytesPerPixel({ format, progressive, multiPicture }: ImageHeader): number {
  const held = { jpeg: 0, png: 0, tiff: 0, heic: 0, svg: 0, webp: 6, gif: 8, avif: 20 } satisfies Record<
    Format,
    number
  >;
  // An HDR photo of 12 megapixels took 57 MB more than the same without its gain map.
  if (multiPicture) return progressive ? 11.5 : 5;
  if (!progressive) return held[format];
  return format === "jpeg" ? 6.5 : 8;
}

/**
 * Bytes that libheif's WebAssembly may take for a HEIC of so many pixels and bytes; it gets no more. Pictures of 12
 * MP took 9 to 10 bytes a pixel of it (x265; with alpha, of 10 bits), in tiles and not compressed 13.
 */
export function heicBytes(decodedPixels: number, fileBytes: number): number {
  return Math.ceil(48 * mebibyte + decodedPixels * 14 + fileBytes);
}

/**
 * Of an SVG, beside what its text takes: pixels drawn at a time, of all layers together. The engine refuses what would
 * need more.
 */
export const svgPixelBytes = 256 * mebibyte;
/** Pictures that it holds, in pixels of all together: 4 bytes as they are decoded, 4 as they are drawn. */
export const svgPicturePixels = 4_000_000;
/** 50,000 empty elements took 105 MB, 35,000 with ten attributes 250. */
const svgDocument = { most: 256 * mebibyte, perByte: 560 };
/** Of a drawing whose layers nobody has counted yet. */
const svgLayers = 64;

/** What an encoder holds: so much, and so much a pixel of the result. */
const encoders = {
  jpeg: { fixed: 4 * mebibyte, perPixel: 8 },
  png: { fixed: 4 * mebibyte, perPixel: 4 },
  webp: { fixed: 4 * mebibyte, perPixel: 12 },
  gif: { fixed: 32 * mebibyte, perPixel: 24 },
  avif: { fixed: 12 * mebibyte, perPixel: 48 },
} satisfies Record<OutputFormat, { fixed: number; perPixel: number }>;

/** What is kept of the frames of an animation while it is written, a pixel of all of them. */
const animatedBytesPerPixel = 6;

/** Raw pixels that several variants are made from, with alpha. */
const sharedBytesPerPixel = 4;

/** The file's own bytes count where the decoder holds them. */
type Measured = ImageHeader & { readonly bytes?: number };

/**
 * Bytes that the engine process of one render may take at its peak: an upper estimate, at least 0.8 of what was
 * measured. Variants are made one after another, so the dearest counts. Of an animation the whole is held to make
 * each frame from, where it is not too large for that; what is shared and what is written has all frames anyway.
 */
export function predictedBytes(header: Measured, transforms: readonly Transform[]): number {
  const sizes = transforms.map((transform) => outputSize(header, transform));
  const encoded = transforms.map((transform, index) =>
    encodedBytes(header, transform, sizes[index] ?? header),
  );
  const scale = largestScale(header, sizes);
  // What is shared is the whole picture at that scale: a cover is cut from it later.
  const moves = transforms.some((transform) => framesOf(header, transform) > 1);
  const inAllFrames = moves ? area(header) * header.frames : 0;
  const isWhole = moves && inAllFrames <= maxVariantPixels;
  const framesShared = moves && !isWhole ? header.frames : 1;
  const shared =
    transforms.length > 1 ? Math.min(area(header) * scale ** 2 * framesShared, maxVariantPixels) : 0;
  const held = shared + (isWhole ? inAllFrames : 0);
  const decoded = decodedBytes(header, scale) + held * sharedBytesPerPixel;
  return Math.ceil(childBytes + decoded + Math.max(0, ...encoded));
}

/** 1 is the source's own size. */
function largestScale(header: ImageHeader, sizes: readonly Size[]): number {
  return Math.max(0, ...sizes.map((to) => Math.max(to.width / header.width, to.height / header.height)));
}

function decodedBytes(header: Measured, scale: number): number {
  const held = heldBytesPerPixel(header) * area(header);
  // The file twice: as it is read, and inside the library.
  if (header.format === "heic")
    return heicBytes(header.decodedPixels ?? area(header), 2 * (header.bytes ?? 0));
  if (header.format === "svg") return svgBytes(area(header) * scale ** 2, header.bytes);
  const streams = !["webp", "gif", "avif"].includes(header.format);
  return held + (streams ? (header.width / loadShrink(header, scale)) * streamedBytesPerColumn : 0);
}

function svgBytes(pixels: number, fileBytes = Number.POSITIVE_INFINITY): number {
  const document = Math.min(svgDocument.most, fileBytes * svgDocument.perByte);
  return document + svgPicturePixels * 8 + Math.min(svgPixelBytes, pixels * 4 * svgLayers);
}

/** libjpeg hands out a half, a quarter or an eighth as long as that is no smaller than what is wanted. */
function loadShrink({ format, multiPicture }: ImageHeader, scale: number): number {
  return format === "jpeg" && !multiPicture ? ([8, 4, 2].find((shrink) => scale * shrink <= 1) ?? 1) : 1;
}

function encodedBytes(header: ImageHeader, transform: Transform, size: Size): number {
  const { fixed, perPixel } = encoders[writtenFormat(header, transform)];
  const frames = framesOf(header, transform);
  const animated = frames > 1 ? animatedBytesPerPixel * frames : 0;
  return fixed + (perPixel + animated) * area(size);
}

/** Frames that the engine writes: all where source and result can move, else one. */
export function framesOf(header: ImageHeader, transform: Transform): number {
  return staysAnimated(header.format, writtenFormat(header, transform)) ? header.frames : 1;
}

/**
 * `keep` of what is not written back is JPEG or PNG, by its alpha, which the header does not tell: JPEG here, the
 * dearer.
 */
export function writtenFormat({ format }: ImageHeader, { format: wanted }: Transform): OutputFormat {
  if (wanted !== "keep") return wanted;
  return isOutputFormat(format) ? format : "jpeg";
}

const area = ({ width, height }: Size) => width * height;

const aloneAbove = { progressive: 24_000_000, heif: 25_000_000 };

/** Real photos are as large, but two of them at a time are not what a worker is for: they run one by one. */
export function runsAlone(header: ImageHeader): boolean {
  const pixels = header.decodedPixels ?? area(header);
  const isHeif = header.format === "avif" || header.format === "heic";
  return (header.progressive && pixels > aloneAbove.progressive) || (isHeif && pixels > aloneAbove.heif);
}
