import type { ErrorCode } from "../errors.ts";
import type { OutputFormat } from "../image/format.ts";
import type { ImageLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import type { Placeholder } from "../image/placeholder.ts";
import type { Transform } from "../image/transform.ts";

/** The fixed name under which the original lies in a work folder. */
export const sourceName = "source";

export interface RenderRequest {
  /** Absolute path of the claim's work folder: it holds `source`, and results are written into it. */
  readonly folder: string;
  /** From the header, already judged by `limits`. */
  readonly header: ImageHeader;
  readonly transforms: readonly Transform[];
  readonly limits: ImageLimits;
  /** What it may take at its peak, the process included: it is ended at twice of that. Bytes; not known: no end. */
  readonly predictedBytes?: number;
  /** The image has one of an earlier phase, made of more than a later one may have. */
  readonly hasPlaceholder?: boolean;
}

/** A variant that lies whole in the work folder as `file` (a plain name made by the engine, no user's character). */
export interface RenderedFile {
  readonly name: string;
  readonly file: string;
  readonly format: OutputFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Lower-case hex; taken while the bytes are in memory. */
  readonly sha256: string;
  readonly crc32: number;
}

/** One variant's failure: the others are unharmed. */
export interface RenderFailure {
  readonly name: string;
  readonly error: ErrorCode;
}

export interface RenderResult {
  readonly rendered: readonly RenderedFile[];
  readonly failed: readonly RenderFailure[];
  /** `null`: none was wanted, or none could be made, which is no reason to fail the picture. */
  readonly placeholder: Placeholder | null;
}

/**
 * Files in, files out: the only code that touches pixels, in processes of its own (invariant 5).
 *
 * Both verbs reject with `corrupt_image`, `unsupported_format` or `image_too_large` for the picture's own faults,
 * and with `engine_crashed`, `engine_timeout` or `out_of_memory` when the process was lost (a strike).
 */
export interface ImageEngine {
  /** What libvips says of `source` in the folder, without decoding pixels. */
  inspect(folder: string, limits: ImageLimits, signal?: AbortSignal): Promise<ImageHeader>;
  render(request: RenderRequest, signal?: AbortSignal): Promise<RenderResult>;
  /** Ends every engine process. */
  close(): Promise<void>;
}
