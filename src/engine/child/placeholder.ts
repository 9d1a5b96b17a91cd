import type { Sharp } from "sharp";
import { rgbaToThumbHash } from "thumbhash";
import type { Placeholder } from "../../image/placeholder.ts";

/** ThumbHash takes up to 100 and keeps some seven waves a side: 32 show them as well, for a tenth of the cosines. */
const maxSide = 32;

/**
 * What a page shows while it waits: a ThumbHash (https://evanw.github.io/thumbhash/) and the dominant colour, from
 * pixels that are at hand anyway.
 */
export async function placeholderOf(picture: Sharp): Promise<Placeholder> {
  const { data, info } = await picture
    .resize(maxSide, maxSide, { fit: "inside", withoutEnlargement: true, kernel: "linear" })
    .toColourspace("srgb")
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const thumbhash = Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString("base64");
  return { thumbhash, color: dominantColour(data) };
}

interface Bin {
  weight: number;
  red: number;
  green: number;
  blue: number;
}

/**
 * The mean of the colours that fall into the fullest of 512 bins, three bits a channel, as `#rrggbb`. What is
 * transparent counts as much as it shows; nothing to see at all is white.
 */
export function dominantColour(rgba: Uint8Array): string {
  const bins = new Map<number, Bin>();
  let fullest: Bin = { weight: 0, red: 0, green: 0, blue: 0 };
  for (let at = 0; at + 3 < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0, weight = 0] = rgba.subarray(at, at + 4);
    const key = ((red >> 5) << 6) | ((green >> 5) << 3) | (blue >> 5);
    const bin = bins.get(key) ?? { weight: 0, red: 0, green: 0, blue: 0 };
    bins.set(key, bin);
    bin.weight += weight;
    bin.red += red * weight;
    bin.green += green * weight;
    bin.blue += blue * weight;
    if (bin.weight > fullest.weight) fullest = bin;
  }
  const { weight, ...sums } = fullest;
  if (weight === 0) return "#ffffff";
  const hex = (sum: number) =>
    Math.round(sum / weight)
      .toString(16)
      .padStart(2, "0");
  return `#${hex(sums.red)}${hex(sums.green)}${hex(sums.blue)}`;
}
