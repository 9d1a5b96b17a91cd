import { type ErrorCode, errorTable, PixmillError } from "../errors.ts";

/** What is known of an engine process that was lost with a picture in its hands. */
interface Loss {
  /** What ended it: a signal, an exit code; nothing when it was ended by us. */
  readonly end?: string | undefined;
  /** Since it began with the picture. */
  readonly seconds: number;
  /** Resident at the most, as far as it was seen; 0: not seen. Bytes. */
  readonly memory: number;
  readonly cause?: unknown;
}

/** The failure with its evidence in one sentence, which is kept with the image and shown to whoever asks for it. */
export function lossReport(
  code: Extract<ErrorCode, "engine_crashed" | "engine_timeout" | "out_of_memory">,
  { end = "ended", seconds, memory, cause }: Loss,
): PixmillError {
  const sentence = errorTable[code].sentence.replace(/\.$/, "");
  const held = memory > 0 ? `, holding ${Math.round(memory / 1024 ** 2)} MB` : "";
  return new PixmillError(code, {
    detail: `${sentence}: ${end} after ${seconds.toFixed(1)} s${held}.`,
    cause,
  });
}
