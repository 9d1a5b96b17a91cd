import type { CreateRaw, Sharp } from "sharp";
import { formatTable } from "../../image/format.ts";
import type { Size } from "../../image/geometry.ts";
import { toSrgb } from "./colour.ts";
import { encoders } from "./encoders.ts";
import { sharp } from "./locked-sharp.ts";
import { writeMetadata } from "./metadata.ts";
import type { PlannedVariant } from "./planned-variant.ts";

/** Where the pixels come from: the source, or raw pixels of it that were decoded before. */
export interface Pixels {
  readonly size: Size;
  /** All of it: of an animation the frames one below the other. */
  readonly open: () => Sharp;
  /** Each frame by itself, where it is at hand. */
  readonly frames?: readonly (() => Sharp)[];
}

type Step = (image: Sharp, variant: PlannedVariant, from: Pixels) => Sharp;

/** What happens to a picture between opening, which sets it upright, and encoding. */
const steps: readonly Step[] = [resize, flatten, grayscale, blur, sharpen, toSrgb, metadata];
/** The same in two parts: a pixel of a frame depends on its neighbours in the first. */
const frameSteps: readonly Step[] = [resize, flatten, blur, sharpen, toSrgb];
const rollSteps: readonly Step[] = [grayscale, toSrgb, metadata];

/** The whole of a variant, ready to run. */
export async function pipeline(from: Pixels, variant: PlannedVariant): Promise<Sharp> {
  const { open, frames } = from;
  const isByFrames = frames !== undefined && variant.frames > 1;
  const opened = isByFrames
    ? await roll(frames, from, variant)
    : variant.gainMap
      ? open().keepGainMap()
      : open();
  const image = through(isByFrames ? rollSteps : steps, opened, variant, from);
  return encoders[variant.format](image, variant);
}

function through(taken: readonly Step[], image: Sharp, variant: PlannedVariant, from: Pixels): Sharp {
  return taken.reduce((soFar, step) => step(soFar, variant, from), image);
}

/** Each frame made by itself, so that none sees its neighbours, and laid one below the other. */
async function roll(frames: readonly (() => Sharp)[], from: Pixels, variant: PlannedVariant): Promise<Sharp> {
  let made: { readonly pixels: Buffer; readonly raw: CreateRaw } | undefined;
  for (const [index, open] of frames.entries()) {
    const frame = through(frameSteps, open(), variant, from).raw();
    const { data, info } = await frame.toBuffer({ resolveWithObject: true });
    const { width, height, channels } = info;
    made ??= {
      pixels: Buffer.allocUnsafe(data.length * frames.length),
      raw: { width, height: height * frames.length, channels, pageHeight: height },
    };
    data.copy(made.pixels, index * data.length);
  }
  if (!made) throw new RangeError("An animation of no frames.");
  return sharp(made.pixels, { raw: made.raw, animated: true, limitInputPixels: false });
}

function resize(image: Sharp, variant: PlannedVariant, from: Pixels): Sharp {
  const { format, target } = variant;
  const { output, lay } = target;
  if (output.width === from.size.width && output.height === from.size.height) return image;
  const opaque = { r: 255, g: 255, b: 255, alpha: 1 };
  const bars = formatTable[format].alpha ? { ...opaque, alpha: 0 } : opaque;
  return image.resize({
    ...output,
    fit: lay,
    position: positionOf(variant),
    background: backgroundIn(variant) ?? bars,
  });
}

/** What is worth seeing lies elsewhere in each frame: an animation is cut in its middle. */
function positionOf({ transform: { position }, frames }: PlannedVariant): string {
  return frames > 1 && (position === "attention" || position === "entropy") ? "centre" : position;
}

/** Onto the background that was asked for, unless it is itself translucent; white where no alpha can be written. */
function flatten(image: Sharp, variant: PlannedVariant): Sharp {
  const { format, transform } = variant;
  const { background } = transform;
  if (!formatTable[format].alpha) return image.flatten({ background: backgroundIn(variant) ?? "#ffffff" });
  return background && isOpaque(background) ? image.flatten({ background }) : image;
}

/** As it was asked for, in whole colour where no alpha can be written. */
function backgroundIn({ transform: { background }, format }: PlannedVariant): string | undefined {
  return formatTable[format].alpha ? background : background?.slice(0, "#rrggbb".length);
}

function isOpaque(colour: string): boolean {
  return colour.length === "#rrggbb".length || colour.toLowerCase().endsWith("ff");
}

function grayscale(image: Sharp, { transform }: PlannedVariant): Sharp {
  return transform.grayscale ? image.grayscale() : image;
}

function blur(image: Sharp, { transform }: PlannedVariant): Sharp {
  return transform.blur ? image.blur(transform.blur) : image;
}

function sharpen(image: Sharp, { transform }: PlannedVariant): Sharp {
  if (!transform.sharpen) return image;
  return transform.sharpen === true ? image.sharpen() : image.sharpen({ sigma: transform.sharpen });
}

function metadata(image: Sharp, { transform, facts, format }: PlannedVariant): Sharp {
  return writeMetadata(image, transform, facts, format);
}
