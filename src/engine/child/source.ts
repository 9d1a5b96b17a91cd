import { join } from "node:path";
import type { Metadata, Sharp } from "sharp";
import { PixmillError } from "../../errors.ts";
import type { Format } from "../../image/format.ts";
import { checkLimits, type ImageLimits } from "../../image/limits.ts";
import type { ImageHeader } from "../../image/original.ts";
import { sourceName } from "../image-engine.ts";
import { sharp } from "./locked-sharp.ts";

/** The picture in a work folder. Opening reads its header; pixels are decoded by the pipeline that `open` begins. */
export interface Source {
  readonly header: ImageHeader;
  readonly alpha: boolean;
  /** Upright, first frame only. */
  readonly open: () => Sharp;
}

/** Rejects with `unsupported_format`, `corrupt_image` or `image_too_large`. */
export async function openSource(folder: string, limits: ImageLimits): Promise<Source> {
  const path = join(folder, sourceName);
  const open = () =>
    sharp(path, { failOn: "error", limitInputPixels: limits.maxPixels, autoOrient: true, pages: 1 });
  const metadata = await open().metadata();
  const header: ImageHeader = {
    format: formatOf(metadata),
    width: metadata.autoOrient.width,
    height: metadata.autoOrient.height,
    frames: metadata.pages ?? 1,
    progressive: metadata.isProgressive,
  };
  checkLimits(header, limits);
  return { header, alpha: metadata.hasAlpha, open };
}

function formatOf({ format, compression }: Metadata): Format {
  switch (format) {
    case "jpeg":
    case "png":
    case "webp":
    case "gif":
    case "tiff":
      return format;
    case "heif":
      if (compression === "av1") return "avif";
      throw new PixmillError("unsupported_format");
    default:
      throw new PixmillError("unsupported_format");
  }
}
