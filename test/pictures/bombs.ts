import { avifClaiming } from "./avif.ts";
import { gifFrames } from "./gif.ts";
import { jpegClaiming } from "./jpeg.ts";
import { flat } from "./photo.ts";
import { hugePng } from "./png.ts";
import { hugeTiff } from "./tiff.ts";
import { webpHeader } from "./webp.ts";

/** Small files that say they are huge pictures; each is refused by its header with `image_too_large`. */
export const bombs: readonly (readonly [name: string, make: () => Buffer | Promise<Buffer>])[] = [
  ["PNG 50,000×50,000", () => hugePng(50_000, 50_000)],
  ["84-byte PNG 16,515,078×6", () => hugePng(16_515_078, 6)],
  ["PNG 9,999,999×5", () => hugePng(9_999_999, 5)],
  ["PNG 1,000,000×49", () => hugePng(1_000_000, 49)],
  ["interlaced PNG 16,000²", () => hugePng(16_000, 16_000, true)],
  ["34-byte WebP 16,383²", () => webpHeader()],
  ["AVIF 8,000²", () => avifClaiming(8_000, 8_000)],
  [
    "progressive JPEG 16,000²",
    async () => jpegClaiming(await flat({ width: 64, height: 64, progressive: true }), 16_000, 16_000),
  ],
  ["GIF of 20,000 frames", () => gifFrames(20_000)],
  ["TIFF 60,000×60,000", () => hugeTiff(60_000, 60_000)],
];
