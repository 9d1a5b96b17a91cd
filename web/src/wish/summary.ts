import type { TransformInput } from "../../../src/image/transform.ts";
import { words } from "../words.ts";
import type { Wish } from "./wish.ts";

/** A wish in a few words. */
export function summaryOf({ preset = "default", variants }: Wish): string {
  return variants ? variantsSummary(variants) : words.value.wish.preset(preset);
}

export function variantsSummary(variants: readonly TransformInput[]): string {
  return variants.map((variant) => `${variant.name} ${shapeOf(variant)}`).join(", ");
}

/** "800×600 webp", "width 800". */
function shapeOf({ width, height, format = "keep" }: TransformInput): string {
  const { widthOnly, heightOnly, fullSize } = words.value.wish;
  const sides =
    width && height
      ? `${width}×${height}`
      : width
        ? widthOnly(width)
        : height
          ? heightOnly(height)
          : fullSize;
  return format === "keep" ? sides : `${sides} ${format}`;
}
