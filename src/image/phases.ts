import { framesOf, writtenFormat } from "./cost.ts";
import type { OutputFormat } from "./format.ts";
import { checkOutputSize, outputSize } from "./geometry.ts";
import type { ImageHeader } from "./original.ts";
import type { Transform } from "./transform.ts";
import { encodeMsPerMegapixel } from "./work.ts";

/** The encoders that others do not wait for; WebP only when it moves. */
const slowWriters: ReadonlySet<OutputFormat> = new Set(["avif", "gif"]);

/** Less than this is not worth a second decode. */
const costlyMs = 200;

export interface Phase {
  readonly transforms: readonly Transform[];
  /** What is left for a later phase, at lower priority. */
  readonly later: readonly Transform[];
}

/**
 * What is made of an image now: all, unless some of it is costly and some is not. Then the cheap variants do not
 * wait for the costly ones.
 */
export function nextPhase(header: ImageHeader, transforms: readonly Transform[]): Phase {
  const cheap = transforms.filter(
    (transform) => !isCostly(header, transform) && isPossible(header, transform),
  );
  const later = transforms.filter((transform) => !cheap.includes(transform));
  if (cheap.length === 0 || later.every((transform) => !isCostly(header, transform))) {
    return { transforms, later: [] };
  }
  return { transforms: cheap, later };
}

/** What is too large to be made fails beside others, so that a phase never consists of nothing else. */
function isPossible(header: ImageHeader, transform: Transform): boolean {
  try {
    checkOutputSize(outputSize(header, transform), writtenFormat(header, transform));
    return true;
  } catch {
    return false;
  }
}

function isCostly(header: ImageHeader, transform: Transform): boolean {
  const { width, height } = outputSize(header, transform);
  const frames = framesOf(header, transform);
  if (frames === 1 && !slowWriters.has(writtenFormat(header, transform))) return false;
  return ((encodeMsPerMegapixel(header, transform) * width * height) / 1e6) * frames > costlyMs;
}
