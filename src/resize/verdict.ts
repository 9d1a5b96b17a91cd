import type { ImageRecord } from "../catalog/image-record.ts";
import { type ErrorCode, PixmillError, toPixmillError } from "../errors.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";
import { maxDeliveries } from "../image/outcome.ts";
import { backoffMs } from "../queue/backoff.ts";

/** Engine processes that were lost on an image; at the second the image fails (invariant 6). */
const maxStrikes = 2;
/** Between two tries against an outage, of which an image gets `maxDeliveries`: a quarter of an hour. Milliseconds. */
const outageBackoff = { baseMs: 1_000, capMs: 60_000 };

/** Tries of a source that may answer a little later, and the pauses between them: about seven seconds in all. */
const maxSourceTries = 4;
const sourceBackoff = { baseMs: 1_000, capMs: 60_000 };
/** The longest that a source's own `Retry-After` is obeyed. Milliseconds. */
const maxSourceDelayMs = 60_000;

/** What a second try may heal and a third will not; a surprise of ours among them. */
const strikes: ReadonlySet<ErrorCode> = new Set([
  "engine_crashed",
  "engine_timeout",
  "out_of_memory",
  "internal_error",
]);
const outages: ReadonlySet<ErrorCode> = new Set(["storage_error", "storage_full", "overloaded"]);

export type Verdict = {
  /** Storage, the machine or the catalog was at fault, and not the image. */
  readonly outage?: true;
} & (
  | { readonly kind: "fail"; readonly error: PixmillError }
  | {
      readonly kind: "again";
      readonly error: PixmillError;
      readonly delayMs: number;
      readonly strike: boolean;
      /** The worker stopped: the delivery does not count against the image. */
      readonly undoDelivery: boolean;
    }
);

/** What becomes of an image after an attempt went wrong. Pure: the rules of retrying stand here and only here. */
export function judge(
  thrown: unknown,
  record: Pick<ImageRecord, "strikes" | "deliveries">,
  stopping: boolean,
): Verdict {
  if (stopping) {
    const error = new PixmillError("overloaded", { detail: "The worker stopped.", cause: thrown });
    return { kind: "again", error, delayMs: 0, strike: false, undoDelivery: true };
  }
  if (thrown instanceof FetchFault) return judgeSource(thrown, record.deliveries);
  const error = toPixmillError(thrown);
  const again = (strike: boolean): Verdict => ({
    kind: "again",
    error,
    delayMs: strike ? backoffMs(record.strikes + 1) : backoffMs(record.deliveries, outageBackoff),
    strike,
    undoDelivery: false,
    ...(!strike && { outage: true }),
  });
  if (strikes.has(error.code)) return record.strikes + 1 < maxStrikes ? again(true) : { kind: "fail", error };
  if (outages.has(error.code))
    return record.deliveries < maxDeliveries ? again(false) : { kind: "fail", error, outage: true };
  return { kind: "fail", error };
}

const sourceCodes = {
  forbidden: "source_forbidden",
  unreachable: "source_unreachable",
  too_large: "file_too_large",
} as const satisfies Record<FetchFault["kind"], ErrorCode>;

/** `tries`: so far, this one included. Every fault is the source's: none counts as an engine fault. */
function judgeSource(fault: FetchFault, tries: number): Verdict {
  const error = new PixmillError(sourceCodes[fault.kind], { detail: fault.message, cause: fault.cause });
  if (!fault.transient || tries >= maxSourceTries) return { kind: "fail", error };
  const delayMs = Math.max(
    backoffMs(tries, sourceBackoff),
    Math.min((fault.retryAfter ?? 0) * 1000, maxSourceDelayMs),
  );
  return { kind: "again", error, delayMs, strike: false, undoDelivery: false };
}
