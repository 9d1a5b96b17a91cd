import { join } from "node:path";
import type { Metadata, Sharp } from "sharp";
import { PixmillError } from "../../errors.ts";
import { type Format, formatTable } from "../../image/format.ts";
import type { Size } from "../../image/geometry.ts";
import { checkLimits, type ImageLimits } from "../../image/limits.ts";
import type { ImageHeader } from "../../image/original.ts";
import { sourceName } from "../image-engine.ts";
import { spaceBeforeProfile } from "./colour.ts";
import { isDrawn } from "./drawn.ts";
import { isUnrecognised } from "./fault.ts";
import { sharp } from "./locked-sharp.ts";

/** The picture in a work folder. Opening reads its header; pixels are decoded by the pipeline that `open` begins. */
export interface Source {
  readonly header: ImageHeader;
  /** Everything that libvips says of the file without decoding pixels. */
  readonly facts: Metadata;
  /** Flat colour and text, no photograph. */
  readonly drawn: boolean;
  /**
   * Upright; `animated`: all frames, one below the other, else the first. `drawnAt`: the size that a vector is drawn
   * at; of the others it changes nothing.
   */
  readonly open: (options: { readonly animated: boolean; readonly drawnAt: Size }) => Sharp;
}

/**
 * Rejects with `unsupported_format`, `corrupt_image` or `image_too_large`.
 * `sniffed`: what the first bytes say, where they were looked at.
 */
export async function openSource(folder: string, limits: ImageLimits, sniffed?: Format): Promise<Source> {
  const path = join(folder, sourceName);
  const facts = await factsOf(path, limits).catch((error: unknown) => {
    // libvips knows a TIFF by opening it: one with a damaged directory is to it a file of no known kind.
    const isDamaged = sniffed === "tiff" && isUnrecognised(error);
    throw isDamaged ? new PixmillError("corrupt_image", { cause: error }) : error;
  });
  const format = formatOf(facts);
  const header: ImageHeader = {
    format,
    width: facts.autoOrient.width,
    height: facts.autoOrient.height,
    // Of what is no animation the first page is all that is ever decoded, however many there are.
    frames: formatTable[format].animated ? (facts.pages ?? 1) : 1,
    progressive: facts.isProgressive,
  };
  checkLimits(header, limits);
  return sourceAt(path, header, facts, limits);
}

function begin(path: string, pages: number, limitInputPixels: number): Sharp {
  return sharp(path, { failOn: "error", limitInputPixels, autoOrient: true, pages });
}

/** What libvips says of a file. */
export function factsOf(path: string, { maxPixels }: ImageLimits): Promise<Metadata> {
  return begin(path, 1, maxPixels).metadata();
}

/** The picture of that header, to be decoded from the file at `path`. */
export async function sourceAt(
  path: string,
  header: ImageHeader,
  facts: Metadata,
  { maxPixels }: ImageLimits,
): Promise<Source> {
  const space = spaceBeforeProfile(facts);
  const open: Source["open"] = ({ animated }) => {
    const image = animated ? begin(path, -1, maxPixels * header.frames) : begin(path, 1, maxPixels);
    return space ? image.pipelineColourspace(space) : image;
  };
  return { header, facts, drawn: await isDrawn(path, header), open };
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
      if (compression === "hevc") return "heic";
      throw new PixmillError("unsupported_format");
    default:
      throw new PixmillError("unsupported_format");
  }
}
