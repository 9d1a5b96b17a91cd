import { PixmillError } from "../errors.ts";
import { isQuarterTurn } from "./exif-orientation.ts";
import type { Format } from "./format.ts";
import type { FoundHeader } from "./found-header.ts";
import { readGifHeader } from "./gif-header.ts";
import { corrupt, HeaderBytes, type RangeReader } from "./header-bytes.ts";
import { readHeicHeader, readHeifHeader } from "./heif-header.ts";
import { readJpegHeader } from "./jpeg-header.ts";
import type { ImageHeader } from "./original.ts";
import { readPngHeader } from "./png-header.ts";
import { looksLikeSvg, sniffBytes, sniffFormat } from "./sniff.ts";
import { readTiffHeader } from "./tiff-header.ts";
import { readWebpHeader } from "./webp-header.ts";

export type { RangeReader } from "./header-bytes.ts";

const readers = {
  jpeg: readJpegHeader,
  png: readPngHeader,
  webp: readWebpHeader,
  gif: readGifHeader,
  avif: readHeifHeader,
  heic: readHeicHeader,
  tiff: readTiffHeader,
  // SVG is off by default, and its parser is large: it is loaded when the first SVG comes.
  svg: async (bytes) => (await import("./svg-header.ts")).readSvgHeader(bytes),
} satisfies Record<Format, (bytes: HeaderBytes) => Promise<FoundHeader>>;

/** libvips makes no picture with a longer side (VIPS_MAX_COORD): such a header is nonsense, not a large picture. */
const maxSaneSide = 100_000_000;

/** GIF and WebP are walked to their end to count frames; the walk stops by itself at 100,000 frames. */
const wholeFile = { bytes: Number.POSITIVE_INFINITY, reads: 65_536 };

/**
 * Format, size and frames of a file of `size` bytes from its header alone, by ranged reads, without a decoder:
 * it runs in processes that never touch pixels. Of a TIFF only the first page is used, so it has one frame.
 *
 * Rejects with `unsupported_format` or `corrupt_image`, whatever the bytes, and an SVG of too many bytes with
 * `file_too_large`. Other limits are not its business. `svg`: whether SVG is taken.
 */
export async function readHeader(
  reader: RangeReader,
  size: number,
  { svg = false }: { readonly svg?: boolean } = {},
): Promise<ImageHeader> {
  const head = await reader(0, Math.min(size, sniffBytes));
  const format = sniffFormat(head) ?? (looksLikeSvg(head) ? "svg" : undefined);
  if (!format) throw new PixmillError("unsupported_format");
  if (format === "svg" && !svg) throw new PixmillError("unsupported_format", { detail: "SVG is not read." });
  const walksAll = format === "gif" || format === "webp";
  const found = await readers[format](new HeaderBytes(reader, size, walksAll ? wholeFile : undefined));
  const { width, height, orientation = 1, frames = 1, progressive = false } = found;
  const { multiPicture, decodedPixels } = found;
  if (width < 1 || height < 1 || width >= maxSaneSide || height >= maxSaneSide) {
    throw corrupt("The picture's width and height make no sense.");
  }
  const upright = isQuarterTurn(orientation) ? { width: height, height: width } : { width, height };
  return {
    format,
    ...upright,
    frames,
    progressive,
    ...(multiPicture && { multiPicture }),
    ...(decodedPixels && { decodedPixels }),
  };
}
