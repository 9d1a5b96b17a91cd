import { PixmillError } from "../errors.ts";
import { type Format, formatTable, type OutputFormat } from "./format.ts";
import type { Transform } from "./transform.ts";
import { type fits, maxVariantPixels, maxVariantSide } from "./variant-bounds.ts";

/** Pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export type Fit = (typeof fits)[number];
type Wish = Pick<Transform, "width" | "height" | "fit" | "enlarge">;

/** `cover` where both sides are given and nothing else is said. One side alone always keeps the aspect, with `fill` too. */
export function resolveFit({ width, height, fit }: Pick<Wish, "width" | "height" | "fit">): Fit {
  return width !== undefined && height !== undefined ? (fit ?? "cover") : "inside";
}

/**
 * What a transform makes of an upright picture, in pixels: as sharp does, to the pixel, with one difference.
 * Without `enlarge` no side of the result is longer than the source's: for `cover` and `contain` the wanted box
 * shrinks, keeping its aspect, until it fits (300×300 of 200×100 is 100×100), where sharp changes its aspect or
 * pads it. A vector has no pixels to enlarge: its own size only gives the aspect, and what is left out.
 */
export function outputSize(source: Size & { readonly format?: Format }, wish: Wish): Size {
  const enlarge = wish.enlarge || (source.format !== undefined && formatTable[source.format].vector);
  const transform = { ...wish, enlarge };
  const box = wantedBox(source, transform);
  const fit = resolveFit(transform);
  if (fit === "cover" || fit === "contain") {
    return scaled(
      box,
      transform.enlarge ? 1 : Math.min(1, source.width / box.width, source.height / box.height),
    );
  }
  const across = box.width / source.width;
  const down = box.height / source.height;
  const largest = transform.enlarge ? Number.POSITIVE_INFINITY : 1;
  if (fit === "fill") {
    return {
      width: side(source.width * Math.min(across, largest)),
      height: side(source.height * Math.min(down, largest)),
    };
  }
  const scale = fit === "inside" ? Math.min(across, down) : Math.max(across, down);
  return scaled(source, Math.min(scale, largest));
}

/** Where a side is not given, the source's aspect gives it; not rounded yet. */
function wantedBox(source: Size, { width, height }: Wish): Size {
  if (width !== undefined) return { width, height: height ?? (source.height * width) / source.width };
  return height !== undefined ? { width: (source.width * height) / source.height, height } : source;
}

const side = (pixels: number) => Math.max(1, Math.round(pixels));
const scaled = ({ width, height }: Size, scale: number): Size => ({
  width: side(width * scale),
  height: side(height * scale),
});

/**
 * Refuses with `image_too_large` a result that no validation could foresee: a side that follows the source's
 * aspect, `outside`, or a change of format at full size.
 */
export function checkOutputSize({ width, height }: Size, format: OutputFormat): void {
  const longest = Math.min(maxVariantSide, formatTable[format].maxSide);
  if (width <= longest && height <= longest && width * height <= maxVariantPixels) return;
  throw new PixmillError("image_too_large", {
    detail: `The result would be ${width}×${height} pixels; ${longest} a side and ${maxVariantPixels} in all are made.`,
  });
}
