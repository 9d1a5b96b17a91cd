import type { Sharp } from "sharp";
import { formatTable, type OutputFormat } from "../../image/format.ts";
import type { Transform } from "../../image/transform.ts";
import type { PlannedVariant } from "./planned-variant.ts";
import type { Source } from "./source.ts";

type Encoder = (image: Sharp, variant: PlannedVariant) => Sharp;

/** How each format is written. The numbers are the quality when none is asked for. */
export const encoders = {
  jpeg: (image, { transform: { quality = 80 } }) =>
    image.jpeg({ quality, mozjpeg: false, progressive: false }),
  // PNG and GIF lose nothing to a quality: asking for one gives a palette, which is not what the word means here.
  png: (image) => image.png({ palette: false }),
  webp: (image, variant) => image.webp({ quality: variant.transform.quality ?? 80, ...timing(variant) }),
  // Effort 7, the library's own, takes five times as long for a sixth fewer bytes.
  gif: (image, variant) => image.gif({ effort: 4, keepDuplicateFrames: true, ...timing(variant) }),
  // Effort 4, the library's own, takes twice as long for 2 % fewer bytes.
  avif: (image, { transform: { quality = 50 } }) => image.avif({ quality, effort: 3 }),
} as const satisfies Record<OutputFormat, Encoder>;

/** An animation's own pace, which shared pixels do not carry. */
function timing({ frames, facts: { delay, loop } }: PlannedVariant) {
  return frames > 1 ? { ...(delay && { delay }), ...(loop !== undefined && { loop }) } : {};
}

/** `keep` writes the source's format where it can be written, else what loses nothing visible. */
export function outputFormat(wanted: Transform["format"], { header, facts }: Source): OutputFormat {
  if (wanted !== "keep") return wanted;
  if (isWritable(header.format)) return header.format;
  return facts.hasAlpha ? "png" : "jpeg";
}

function isWritable(format: Source["header"]["format"]): format is OutputFormat {
  return formatTable[format].output;
}
