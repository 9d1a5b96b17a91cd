import { createHash } from "node:crypto";
import type { Readable } from "node:stream";
import { isPassing, S3Changed, S3Interrupted, s3Fault } from "./s3-fault.ts";
import { pauseAfter, piecesInTime, type S3Patience } from "./s3-patience.ts";
import type { ByteRange } from "./storage.ts";

/** A part of an object as S3 began to send it. */
export interface S3Answer {
  readonly body: Readable;
  /** What is coming, both included. */
  readonly range: ByteRange;
  /** Lower-case hex of all of the object, where that is what is coming and it is known. */
  readonly sha256?: string | undefined;
}

interface Reading {
  readonly patience: S3Patience;
  /** Asks for the rest of the same object; it has its own retries. */
  readonly goOn: (range: ByteRange) => Promise<S3Answer>;
  readonly onRetry: (error: unknown) => void;
}

/**
 * Every byte of an answer: where a connection breaks, the rest is asked for. Of a whole object the last piece is held
 * back until the bytes are known to be those that were stored: what was changed on the way never looks whole.
 */
export async function* readWhole(first: S3Answer, reading: Reading): AsyncGenerator<Uint8Array> {
  const { sha256 } = first;
  if (sha256 === undefined) {
    yield* readOn(first, reading);
    return;
  }
  const hash = createHash("sha256");
  let held: Uint8Array | undefined;
  for await (const piece of readOn(first, reading)) {
    if (held) yield held;
    held = piece;
    hash.update(piece);
  }
  if (hash.digest("hex") !== sha256) {
    throw s3Fault(new S3Changed("The bytes are not those that were stored."));
  }
  if (held) yield held;
}

async function* readOn(first: S3Answer, reading: Reading): AsyncGenerator<Uint8Array> {
  const { patience, goOn, onRetry } = reading;
  const { end } = first.range;
  let { body } = first;
  let at = first.range.start;
  // Since the last byte that came.
  let failures = 0;
  let waitingSince = performance.now();
  for (;;) {
    try {
      for await (const piece of piecesInTime(body, patience.stallMs)) {
        at += piece.length;
        yield piece;
        failures = 0;
        waitingSince = performance.now();
      }
      if (at > end) return;
      throw new S3Interrupted("The answer ended before its last byte.");
    } catch (error) {
      failures += 1;
      const isLate = performance.now() - waitingSince > patience.withinMs;
      if (failures >= patience.tries || isLate || !isPassing(error)) throw s3Fault(error);
      onRetry(error);
    } finally {
      body.destroy();
    }
    await pauseAfter(failures, patience);
    ({ body } = await goOn({ start: at, end }));
  }
}
