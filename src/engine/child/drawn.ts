import { stat } from "node:fs/promises";
import type { HeaderBytes } from "../../image/header-bytes.ts";
import type { ImageHeader } from "../../image/original.ts";
import { isLosslessTiff } from "../../image/tiff-header.ts";
import { isLosslessWebp } from "../../image/webp-header.ts";
import { withHeaderBytes } from "./file-bytes.ts";

/**
 * Bytes a pixel below which a lossless file shows flat colour and text, and no photograph: what compresses so well
 * has no grain. Measured: screenshots 0.03 to 0.15, photographs 1.4 to 1.7, a photograph in 256 colours 0.7. As
 * lossless WebP drawings took 0.01 and photographs 0.7 to 1.3, as LZW or deflated TIFF 0.03 to 0.09 and 1.2 to 3.2.
 */
const flatBytesPerPixel = 0.3;

/** Of those that can be either: which of the two a file is. */
const lossless: Partial<Record<ImageHeader["format"], (bytes: HeaderBytes) => Promise<boolean>>> = {
  png: async () => true,
  gif: async () => true,
  webp: isLosslessWebp,
  tiff: isLosslessTiff,
};

/**
 * Whether the picture is drawn (a screen, a diagram, a logo) and not photographed: its coloured edges are hard. Told
 * by the size of the file, because looking at pixels would cost a decode; so only where the file lost nothing.
 */
export async function isDrawn(
  path: string,
  { format, width, height, frames }: ImageHeader,
): Promise<boolean> {
  const isLossless = lossless[format];
  if (!isLossless) return false;
  const { size } = await stat(path);
  // Pages of a TIFF have sizes of their own; a small one more would make a photograph look flat.
  const pictures = format === "tiff" ? 1 : frames;
  if (size / (width * height * pictures) >= flatBytesPerPixel) return false;
  return await withHeaderBytes(path, isLossless);
}
