import { outputSize, resolveFit, type Size } from "../../../src/image/geometry.ts";
import type { TransformInput } from "../../../src/image/transform.ts";

/** What a variant shows of a picture, in the picture's pixels; larger than the picture where it is padded. */
export interface Frame {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** What is shown is not in its own proportions. */
  readonly isStretched: boolean;
  /** Something of the picture, or of the frame, is left over, so that its position matters. */
  readonly hasPosition: boolean;
  /** Pixels of the result. */
  readonly result: Size;
}

/** Where along each axis a position is: 0 the beginning, 1 the end. What depends on the picture counts as its middle. */
function placeOf(position = "centre"): readonly [across: number, down: number] {
  const across = position.includes("left") ? 0 : position.includes("right") ? 1 : 0.5;
  const down = position.includes("top") ? 0 : position.includes("bottom") ? 1 : 0.5;
  return [across, down];
}

/** What `variant` makes of a picture of that size. */
export function frameOf(source: Size, variant: TransformInput): Frame {
  const { width, height, position, enlarge = false } = variant;
  const fit = resolveFit(variant);
  const result = outputSize(source, { width, height, fit, enlarge });
  const whole = { x: 0, y: 0, ...source };
  if (fit !== "cover" && fit !== "contain") {
    return { ...whole, isStretched: fit === "fill", hasPosition: false, result };
  }
  const aspect = (width ?? 1) / (height ?? 1);
  const isWider = source.width / source.height > aspect;
  // Cover takes the largest part of the wanted shape, contain the smallest box of that shape around the picture.
  const followsHeight = fit === "cover" ? isWider : !isWider;
  const box = followsHeight
    ? { width: source.height * aspect, height: source.height }
    : { width: source.width, height: source.width / aspect };
  const [across, down] = placeOf(position);
  return {
    // Plus nothing, lest it be less than nothing by a sign.
    x: (source.width - box.width) * across + 0,
    y: (source.height - box.height) * down + 0,
    ...box,
    isStretched: false,
    hasPosition: box.width !== source.width || box.height !== source.height,
    result,
  };
}
