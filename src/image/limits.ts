import { PixmillError } from "../errors.ts";
import type { ImageHeader } from "./original.ts";

/**
 * What a picture may measure. Each side is limited besides the area because a decoder's cost follows rows and
 * columns too: a PNG of 16,515,078 × 6 passes an area limit and costs gigabytes.
 */
export interface ImageLimits {
  /** Width × height of one frame, in pixels. */
  readonly maxPixels: number;
  /** Pixels. */
  readonly maxSide: number;
  readonly maxFrames: number;
  /** Whether SVG is taken at all; not when it is not said. */
  readonly svg?: boolean;
}

/**
 * An animation may have so many times `maxPixels` in all its frames together. Writing 100 megapixels of a noisy one
 * takes an engine process about 20 seconds, the deadline of a job.
 */
const animationFactor = 2;

/** Refuses with `image_too_large` what exceeds a limit, saying which. */
export function checkLimits(header: ImageHeader, limits: ImageLimits): void {
  const { width, height, frames, decodedPixels } = header;
  const refuse = (detail: string) => {
    throw new PixmillError("image_too_large", { detail });
  };
  if (width > limits.maxSide || height > limits.maxSide) {
    refuse(`The picture is ${width}×${height} pixels; a side may have at most ${limits.maxSide}.`);
  }
  if (width * height > limits.maxPixels) {
    refuse(`The picture is ${width}×${height} pixels; at most ${limits.maxPixels} in all are taken.`);
  }
  if (decodedPixels !== undefined && decodedPixels > limits.maxPixels) {
    refuse(`The picture is cut out of ${decodedPixels} pixels; at most ${limits.maxPixels} are taken.`);
  }
  if (frames > limits.maxFrames) {
    refuse(`The picture has ${frames} frames; at most ${limits.maxFrames} are taken.`);
  }
  const inAll = width * height * frames;
  if (frames > 1 && inAll > limits.maxPixels * animationFactor) {
    refuse(
      `The picture has ${frames} frames of ${width}×${height}, ${inAll} pixels in all; at most ${limits.maxPixels * animationFactor} are taken.`,
    );
  }
}
