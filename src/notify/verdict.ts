import type { Settlement } from "../catalog/deliveries.ts";
import type { DeliveryRecord } from "../catalog/delivery-record.ts";
import { FetchFault } from "../fetch/fetch-fault.ts";
import type { PostAnswer } from "../fetch/post-json.ts";
import { retryDelay } from "./retry-delays.ts";

/** What comes of a delivery after an attempt, and the line in its log. */
export interface Verdict {
  readonly statusCode: number | null;
  readonly error: string | null;
  readonly settlement: Settlement;
}

type Tried = Pick<DeliveryRecord, "tries" | "pendingSince">;

/** Any 2xx is an acknowledgement, 410 the wish to hear no more of it, everything else is tried again for a day. */
export function judgeAnswer(
  answer: Pick<PostAnswer, "status" | "headers">,
  delivery: Tried,
  now: Date,
): Verdict {
  const { status: statusCode, headers } = answer;
  if (statusCode >= 200 && statusCode < 300) {
    return { statusCode, error: null, settlement: { status: "delivered" } };
  }
  if (statusCode === 410) {
    const error = "The receiver answered 410: it wants no more of this.";
    return { statusCode, error, settlement: { status: "failed" } };
  }
  const redirects = statusCode >= 300 && statusCode < 400;
  const error = `The receiver answered ${statusCode}${redirects ? "; redirects are not followed" : ""}.`;
  return { statusCode, ...again(error, delivery, now, askedFor(headers["retry-after"], now)) };
}

/** There was no whole answer. An address that must not be asked stays so, whatever its name stands for tomorrow. */
export function judgeFault(fault: unknown, delivery: Tried, now: Date): Verdict {
  const known = fault instanceof FetchFault ? fault : undefined;
  const error = known?.message ?? "The webhook could not be sent.";
  if (known?.kind === "forbidden") return { statusCode: null, error, settlement: { status: "failed" } };
  return { statusCode: null, ...again(error, delivery, now) };
}

function again(error: string, { tries, pendingSince }: Tried, now: Date, askedMs?: number) {
  const ageMs = now.getTime() - pendingSince.getTime();
  const inMs = retryDelay({ tries: tries + 1, ageMs, askedMs });
  if (inMs === undefined)
    return { error: `${error} It is given up.`, settlement: { status: "failed" } as const };
  return { error, settlement: { status: "pending", inMs } as const };
}

/** `Retry-After` (RFC 9110): seconds or a date. Milliseconds. */
function askedFor(retryAfter: string | undefined, now: Date): number | undefined {
  if (retryAfter === undefined) return undefined;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1000;
  const at = Date.parse(retryAfter);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
