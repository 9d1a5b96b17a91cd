/** Sides are bounded before a pixel is made: at most 16,384 a side and 25 megapixels a variant. */
export const maxVariantSide = 16_384;
export const maxVariantPixels = 25_000_000;
/** Of one image. */
export const maxVariants = 20;

export const fits = ["cover", "contain", "fill", "inside", "outside"] as const;
export const positions = [
  "centre",
  "top",
  "right top",
  "right",
  "right bottom",
  "bottom",
  "left bottom",
  "left",
  "left top",
  "attention",
  "entropy",
] as const;
