import type { Sharp } from "sharp";
import { isOutputFormat, type OutputFormat } from "../../image/format.ts";
import type { Transform } from "../../image/transform.ts";
import type { PlannedVariant } from "./planned-variant.ts";
import type { Source } from "./source.ts";

/** What an encoder looks at. */
export type Written = Pick<PlannedVariant, "transform" | "facts" | "frames" | "drawn">;
type Encoder = (image: Sharp, variant: Written) => Sharp;

/**
 * How each format is written, and the quality when none is asked for. The figures are those of docs/quality.md, on
 * photographs: JPEG 80, WebP 80 and AVIF 60 look alike, each a fifth to a quarter smaller than the one before.
 */
export const encoders = {
  // mozjpeg takes five times the CPU, and at equal likeness saves 3 % of the bytes; progressive nearly twice, for 3 %.
  jpeg: (image, variant) =>
    image.jpeg({
      quality: variant.transform.quality ?? 80,
      chromaSubsampling: keepsColourEdges(variant) ? "4:4:4" : "4:2:0",
      mozjpeg: false,
      progressive: false,
    }),
  // Filters take 28 % off a photograph and add a tenth to a drawing; with them a level above 4 gives nothing. A palette
  // loses colours, which is not what quality means here.
  png: (image, { drawn }) =>
    image.png({ palette: false, adaptiveFiltering: !drawn, compressionLevel: drawn ? 6 : 4 }),
  // Effort 2 takes half the time for 4 % more bytes, 6 twice as long for 7 % fewer. WebP halves the colours'
  // resolution always; its smart way takes longer by half, and leaves red text as blurred as before.
  webp: (image, variant) =>
    image.webp({ quality: variant.transform.quality ?? 80, effort: 4, ...timing(variant) }),
  // Effort 7, the library's own, takes five times as long for a sixth fewer bytes.
  gif: (image, variant) => image.gif({ effort: 4, keepDuplicateFrames: true, ...timing(variant) }),
  // Effort 4, the library's own, takes five times as long for 1 % fewer bytes; 4:2:0 saves 4 % and blurs red text.
  avif: (image, { transform: { quality = 60 } }) =>
    image.avif({ quality, effort: 3, chromaSubsampling: "4:4:4" }),
} as const satisfies Record<OutputFormat, Encoder>;

/**
 * Whether a JPEG is to have its colours at full resolution. On photographs nobody sees it and it costs a fifth more
 * bytes; red text on white is a blur without it. So: what is drawn, what was stored so, and who asks for the best.
 */
function keepsColourEdges({ drawn, facts, transform: { quality = 0 } }: Written): boolean {
  return drawn || facts.chromaSubsampling === "4:4:4" || quality >= 90;
}

/** The most milliseconds of a frame, and the most rounds, that sharp takes. WebP and GIF can say more. */
const longest = 65_535;

/** An animation's own pace, which shared pixels do not carry. A frame that stands for minutes stands for one. */
function timing({ frames, facts: { delay, loop } }: Written) {
  if (frames === 1) return {};
  return {
    ...(delay && { delay: delay.map((milliseconds) => Math.min(milliseconds, longest)) }),
    ...(loop !== undefined && { loop: Math.min(loop, longest) }),
  };
}

/** `keep` writes the source's format where it can be written, else what loses nothing visible. */
export function outputFormat(wanted: Transform["format"], { header, facts }: Source): OutputFormat {
  if (wanted !== "keep") return wanted;
  if (isOutputFormat(header.format)) return header.format;
  return facts.hasAlpha ? "png" : "jpeg";
}
