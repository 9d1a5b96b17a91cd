import { stat } from "node:fs/promises";
import type { ImageHeader } from "../../image/original.ts";

/**
 * Bytes a pixel below which a lossless file shows flat colour and text, and no photograph: what compresses so well
 * has no grain. Measured: screenshots 0.03 to 0.15, photographs 1.4 to 1.7, a photograph in 256 colours 0.7.
 */
const flatBytesPerPixel = 0.3;

/**
 * Whether the picture is drawn (a screen, a diagram, a logo) and not photographed: its coloured edges are hard. Told
 * by the size of the file, because looking at pixels would cost a decode; so only of PNG and GIF, which lose nothing.
 */
export async function isDrawn(
  path: string,
  { format, width, height, frames }: ImageHeader,
): Promise<boolean> {
  if (format !== "png" && format !== "gif") return false;
  const { size } = await stat(path);
  return size / (width * height * frames) < flatBytesPerPixel;
}
