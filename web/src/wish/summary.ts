import type { TransformInput } from "../../../src/image/transform.ts";
import { words } from "../words.ts";
import { presets } from "./presets.ts";
import type { Wish } from "./wish.ts";

/** A wish in a few words. */
export function summaryOf({ preset = "default", variants }: Wish): string {
  if (variants) return variantsSummary(variants);
  const known = presets.value.find(({ name }) => name === preset);
  const label = words.value.wish.preset(preset);
  return known ? `${label}: ${variantsSummary(known.variants)}` : label;
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
