import sharp from "sharp";
import type { Format } from "../../src/image/format.ts";
import { exifBlock } from "./exif.ts";
import { heic } from "./heic.ts";
import { withExifOrientation } from "./jpeg.ts";
import { pngChunk, withPngChunks } from "./png.ts";
import { webpWithExif } from "./webp.ts";

interface RawPicture {
  readonly width: number;
  readonly height: number;
  /** RGB. */
  readonly pixels: Buffer;
}

/** What must be done to an upright picture so that an orientation undoes it (CIPA DC-008, Orientation). */
const undoing = [
  { angle: 0, flop: false },
  { angle: 0, flop: true },
  { angle: 180, flop: false },
  { angle: 180, flop: true },
  { angle: 270, flop: true },
  { angle: 270, flop: false },
  { angle: 90, flop: true },
  { angle: 90, flop: false },
] as const;

/** The same in HEIF's words (ISO/IEC 23008-12, 6.5): quarters against the clock, then a mirror. */
const heifTurns = [
  {},
  { mirror: 1 },
  { quarters: 2 },
  { mirror: 0 },
  { quarters: 1, mirror: 0 },
  { quarters: 3 },
  { quarters: 1, mirror: 1 },
  { quarters: 1 },
] as const;

/** Formats whose files say how they are to be turned. */
export const turnableFormats = ["jpeg", "png", "webp", "tiff", "avif", "heic"] as const satisfies Format[];

/** The upright picture stored turned or mirrored, in a file that says so in its format's own way (1 to 8). */
export async function turned(
  { width, height, pixels }: RawPicture,
  orientation: number,
  format: (typeof turnableFormats)[number],
): Promise<Buffer> {
  const { angle = 0, flop = false } = undoing[orientation - 1] ?? {};
  const flopped = await sharp(pixels, { raw: { width, height, channels: 3 } })
    .flop(flop)
    .raw()
    .toBuffer();
  const stored = sharp(flopped, { raw: { width, height, channels: 3 } }).rotate(angle);
  switch (format) {
    case "jpeg":
      return withExifOrientation(await stored.jpeg({ quality: 100 }).toBuffer(), orientation);
    case "png":
      return withPngChunks(await stored.png().toBuffer(), pngChunk("eXIf", exifBlock(orientation)));
    case "webp":
      return webpWithExif(
        await stored.webp({ lossless: true, effort: 0 }).toBuffer(),
        exifBlock(orientation),
      );
    case "tiff":
      return await stored.withMetadata({ orientation }).tiff({ compression: "none" }).toBuffer();
    case "avif":
      // libheif writes `irot` and `imir`.
      return await stored.withMetadata({ orientation }).avif({ quality: 90, effort: 0 }).toBuffer();
    case "heic": {
      const { data, info } = await stored.raw().toBuffer({ resolveWithObject: true });
      const { width: across, height: down } = info;
      // EXIF is a leftover in a HEIC: it must not turn the picture a second time.
      const exif = exifBlock(orientation);
      return heic({ width: across, height: down, pixels: data, exif, ...heifTurns[orientation - 1] });
    }
  }
}
