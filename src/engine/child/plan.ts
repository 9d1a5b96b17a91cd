import type { Format } from "../../image/format.ts";
import type { Size } from "../../image/geometry.ts";

/**
 * One decode of the source at `size`, kept as raw pixels, and the variants (by index) that are made from it. Of several
 * frames at the source's own size, each variant is made frame by frame.
 */
export interface SharedDecode {
  readonly size: Size;
  readonly frames: number;
  readonly variants: readonly number[];
}

export interface DecodePlan {
  readonly shared: readonly SharedDecode[];
  /** Variants that are made from the source itself. */
  readonly direct: readonly number[];
}

/**
 * A variant is made from shared pixels when they are exactly the size that it needs, or this much larger: nearer
 * ones would be softened by being resampled twice. From here on, the mean difference from the same variant made
 * from the source lies between 0.3 and 2 of 255 on photographs, and no longer depends on the ratio.
 */
const sharingRatio = 1.25;

/** Raw pixels held at a time, of all frames: about 100 MB with alpha. Larger variants are streamed from the source. */
const maxSharedPixels = 25_000_000;

/**
 * The largest part of the source's side at which pixels are shared. JPEG is decoded at a half, a quarter or an
 * eighth almost for nothing, and TIFF decodes fast: beyond this, two decodes cost less CPU than scaling from so
 * many pixels (measured with 12 MP: 406 ms against 346 ms for the whole JPEG and five small variants).
 */
const maxSharedScale = {
  jpeg: 2 / 3,
  tiff: 2 / 3,
  // Decoded once for all, whatever is made of it.
  heic: 2 / 3,
  png: 1,
  webp: 1,
  gif: 1,
  avif: 1,
  // Each variant is drawn at its own size.
  svg: 0,
} as const satisfies Record<Format, number>;

/** What one variant needs: the whole picture, scaled but not cropped, that it is cut from. */
export interface Need extends Size {
  /** Frames of it: pixels of an animation and of its first frame are not shared. */
  readonly frames: number;
  /** It needs more of the source than pixels. */
  readonly alone: boolean;
}

/**
 * Which variants share a decode: decoding costs more than everything after it, and libvips shares nothing by
 * itself (a clone decodes again).
 *
 * `needs` has one entry a variant; `source` is the picture's own size. Whoever needs enlarged pixels takes them
 * from the source.
 *
 * An animation is decoded whole, because scaling and blurring its frames as one long picture mixes each with its
 * neighbours. One of too many pixels for that is scaled as it is decoded, all frames as one.
 */
export function planDecodes(source: Size & { readonly format: Format }, needs: readonly Need[]): DecodePlan {
  const scale = maxSharedScale[source.format];
  const shareable = { width: source.width * scale, height: source.height * scale };
  const shared: SharedDecode[] = [];
  const direct: number[] = [];
  const indexed = needs.map((need, index) => ({ ...need, index }));
  const moving = indexed.filter((need) => need.frames > 1 && isMadeByFrames(source, need));
  const [{ frames: movingFrames } = { frames: 1 }] = moving;
  if (moving.length > 0) {
    const size = { width: source.width, height: source.height };
    shared.push({ size, frames: movingFrames, variants: moving.map(({ index }) => index) });
  }
  let left = indexed.filter((need) => !moving.includes(need)).sort((a, b) => pixels(b) - pixels(a));
  for (let [largest, ...smaller] = left; largest; [largest, ...smaller] = left) {
    const { index, width, height, frames } = largest;
    const size = { width, height };
    const mayBeShared = !largest.alone && fitsInto(size, shareable) && pixels(largest) <= maxSharedPixels;
    const sharing = mayBeShared
      ? smaller.filter((need) => !need.alone && need.frames === frames && isServed(need, size, source))
      : [];
    if (sharing.length > 0)
      shared.push({ size, frames, variants: [index, ...sharing.map((need) => need.index)] });
    else direct.push(index);
    left = smaller.filter((need) => !sharing.includes(need));
  }
  return { shared, direct };
}

const pixels = ({ width, height, frames }: Size & { readonly frames: number }) => width * height * frames;

/** Both what is decoded and what is made of it are held in all their frames. */
function isMadeByFrames({ width, height }: Size, need: Need): boolean {
  const decoded = pixels({ width, height, frames: need.frames });
  return !need.alone && Math.max(decoded, pixels(need)) <= maxSharedPixels;
}

function fitsInto(size: Size, box: Size): boolean {
  return size.width <= box.width && size.height <= box.height;
}

/**
 * Whether a picture of `size` shows the source undistorted, as far as whole pixels can. Half a pixel of each side is
 * what rounding takes.
 */
export function keepsProportions(size: Size, source: Size): boolean {
  const off = Math.abs(size.height * source.width - size.width * source.height);
  return off <= (source.width + source.height) / 2;
}

/** What is stretched (`fill`) serves its own size alone: cut from it, a disc would be an egg. */
function isServed(need: Size, by: Size, source: Size): boolean {
  if (need.width === by.width && need.height === by.height) return true;
  if (!keepsProportions(by, source)) return false;
  return fitsInto({ width: need.width * sharingRatio, height: need.height * sharingRatio }, by);
}
