import { avifClaiming } from "./avif.ts";
import { gif, gifFrames } from "./gif.ts";
import { jpegClaiming, jpegWithComments, jpegWithManyApp1 } from "./jpeg.ts";
import { flat } from "./photo.ts";
import { hugePng, pngWithHugeProfile, pngWithHugeText, pngWithTexts } from "./png.ts";
import { hugeTiff, tiffIfdLoop, tiffPages } from "./tiff.ts";
import { webpFrames, webpHeader } from "./webp.ts";

type Made = readonly (readonly [name: string, make: () => Buffer | Promise<Buffer>])[];

const gigabyte = 2 ** 30;
const small = (format: "jpeg" | "png") => flat({ width: 400, height: 400, format });

/** Small files that say they are huge pictures; each is refused by its header with `image_too_large`. */
export const bombs: Made = [
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
  ["TIFF 60,000×60,000", () => hugeTiff(60_000, 60_000)],
];

/** The same by the number of their frames. */
export const frameBombs: Made = [
  ["GIF of 20,000 frames", () => gifFrames(20_000)],
  [
    "animated WebP 200 × 1,000²",
    async () => webpFrames(await flat({ width: 1_000, height: 1_000, format: "webp" }), 200, 1_000),
  ],
];

/** Whose first frame is a picture like others, whatever else is in the file. */
export const firstFrames: Made = [
  // libvips takes the first frame's extent for the picture's, and so do we.
  [
    "GIF canvas 65,535² with a 1×1 frame",
    () => gif({ width: 65_535, height: 65_535 }, [{ width: 1, height: 1 }]),
  ],
  ["TIFF of 20,000 pages", () => tiffPages(20_000)],
  ["TIFF with a directory loop", () => tiffIfdLoop()],
];

/** Pictures of 400² with much more beside them than pixels. */
export const stuffed: Made = [
  ["PNG with a zTXt of 1 GB", async () => pngWithHugeText(await small("png"), gigabyte)],
  ["PNG with an iCCP of 1 GB", async () => pngWithHugeProfile(await small("png"), gigabyte)],
  ["PNG with 200,000 tEXt", async () => pngWithTexts(await small("png"), 200_000, 8)],
  ["JPEG with 65,000 APP1", async () => jpegWithManyApp1(await small("jpeg"), 65_000)],
  ["JPEG with 160 large COM", async () => jpegWithComments(await small("jpeg"), 160)],
];
