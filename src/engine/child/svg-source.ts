import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PixmillError } from "../../errors.ts";
import { svgPicturePixels, svgPixelBytes } from "../../image/cost.ts";
import type { Size } from "../../image/geometry.ts";
import { corrupt } from "../../image/header-bytes.ts";
import { checkLimits, type ImageLimits } from "../../image/limits.ts";
import { readHeader } from "../../image/read-header.ts";
import { svgNamespace } from "../../image/svg-header.ts";
import { sourceName } from "../image-engine.ts";
import { type CleanSvg, cleanSvg, fixedSize } from "./clean-svg.ts";
import { sharp, unlockSvg } from "./locked-sharp.ts";
import type { Source } from "./source.ts";

/** librsvg draws no longer side. */
const maxDrawnSide = 32_767;

/**
 * The SVG in the folder, cleaned, and given to libvips from memory alone: from a path it would read other files. It is
 * drawn at the size of each variant.
 *
 * Rejects with `unsupported_format`, `corrupt_image`, `image_too_large` or `file_too_large`.
 */
export async function openSvg(folder: string, limits: ImageLimits): Promise<Source> {
  const file = await readFile(join(folder, sourceName));
  const header = await readHeader(rangesOf(file), file.length, limits);
  checkLimits(header, limits);
  const clean = cleanSvg(textOf(file));
  await checkPictures(clean.pictures);
  unlockSvg();
  const draw = (size: Size) =>
    sharp(Buffer.from(sized(clean, size)), { failOn: "error", limitInputPixels: limits.maxPixels });
  const facts = await draw({ width: 1, height: 1 }).metadata();
  const open: Source["open"] = ({ drawnAt }) => {
    checkDrawn(drawnAt, clean.layers);
    return draw(drawnAt);
  };
  return { header, facts, drawn: true, open };
}

function textOf(file: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(file);
  } catch {
    throw corrupt("The SVG is not text in UTF-8.");
  }
}

/**
 * What a rule for `svg` in the file says of the drawing is done to the drawing, and not to our frame once more. A
 * declaration that no sheet overrides, as those of its size.
 */
const untouched = ["opacity:1", "transform:none", "clip-path:none", "mask:none", "mix-blend-mode:normal"]
  .map((declaration) => `;${declaration}!important`)
  .join("");

/** Laid into a frame of that many pixels, exactly: the drawing's own frame keeps its proportions and its units. */
function sized({ markup, size }: CleanSvg, { width, height }: Size): string {
  const box = `viewBox="0 0 ${size.width} ${size.height}" preserveAspectRatio="none"`;
  const frame = `width="${width}" height="${height}" style="${fixedSize({ width, height })}${untouched}"`;
  return `<svg xmlns="${svgNamespace}" ${frame} ${box}>${markup}</svg>`;
}

function checkDrawn({ width, height }: Size, layers: number): void {
  const bytes = width * height * 4 * (layers + 2);
  if (Math.max(width, height) <= maxDrawnSide && bytes <= svgPixelBytes) return;
  throw new PixmillError("image_too_large");
}

/** What a picture inside says it measures counts as what the SVG says itself. */
async function checkPictures(pictures: readonly Buffer[]): Promise<void> {
  let pixels = 0;
  for (const picture of pictures) {
    const { format, width, height } = await readHeader(rangesOf(picture), picture.length);
    if (format !== "png" && format !== "jpeg") throw new PixmillError("unsupported_format");
    pixels += width * height;
  }
  if (pixels > svgPicturePixels) {
    throw new PixmillError("image_too_large", {
      detail: `The pictures in the SVG have ${pixels} pixels; at most ${svgPicturePixels} in all are taken.`,
    });
  }
}

function rangesOf(bytes: Uint8Array) {
  return async (start: number, length: number) => bytes.subarray(start, start + length);
}
