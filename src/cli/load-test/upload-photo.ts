import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "../../queue/backoff.ts";
import type { Photo } from "./photo.ts";
import { connectionReason, type Failure, failureOf, imageAnswer, jsonOf, type Service } from "./service.ts";

/** Together half a minute or more: a service that is restarted is back by then. */
const maxLostConnections = 12;
const maxRetryAfterMs = 30_000;

/** Answers that mean "not now". */
const busy: ReadonlySet<number> = new Set([408, 429, 503]);
/** Answers of a proxy whose service is just not there. */
const lost: ReadonlySet<number> = new Set([502, 504]);

export interface UploadOptions {
  readonly service: Service;
  readonly preset: string | undefined;
  /** JSON. */
  readonly variants: string | undefined;
  /** Milliseconds for one try. */
  readonly tryMs: number;
  readonly signal: AbortSignal;
  /** Told before each further try: the status of the answer, or `connection`. */
  readonly onRetry: (reason: string) => void;
}

export type UploadAnswer =
  | { readonly id: string }
  /** `status`: of the refusal; 0 when there was none. */
  | { readonly failure: Failure; readonly status: number };

/**
 * Uploads one photo as a raw body, again and again while the service is busy, and a bounded number of times while
 * it is not there. All tries carry one Idempotency-Key. Rejects only when the signal aborts.
 */
export async function uploadPhoto(photo: Photo, options: UploadOptions): Promise<UploadAnswer> {
  const { signal, onRetry } = options;
  let body: Uint8Array<ArrayBuffer>;
  try {
    body = await photo.read();
  } catch {
    return { failure: { code: "unreadable", message: "the file cannot be read" }, status: 0 };
  }
  const send = sender(photo, body, options);
  let refusals = 0;
  for (let losses = 0; ; ) {
    const { answer, json, reason } = await send();
    if (answer?.status === 202) {
      const image = imageAnswer.safeParse(json);
      if (image.success) return { id: image.data.id };
      return { failure: { code: "no_image", message: "the 202 held no image" }, status: 202 };
    }
    if (answer && busy.has(answer.status)) {
      refusals += 1;
      onRetry(String(answer.status));
      await sleep(retryAfterMs(answer) ?? backoffMs(refusals, { capMs: 5_000 }), undefined, { signal });
    } else if (!answer || lost.has(answer.status)) {
      losses += 1;
      if (losses > maxLostConnections) {
        return {
          failure: { code: "connection_failed", message: reason ?? "a proxy reached nothing" },
          status: 0,
        };
      }
      onRetry("connection");
      await sleep(backoffMs(losses, { capMs: 5_000 }), undefined, { signal });
    } else {
      return { failure: failureOf(answer.status, json), status: answer.status };
    }
  }
}

function sender(photo: Photo, body: Uint8Array<ArrayBuffer>, options: UploadOptions) {
  const { service, preset, variants, tryMs, signal } = options;
  const query = new URLSearchParams({ filename: photo.name.replace(/^.*[/\\]/, "") });
  if (preset !== undefined) query.set("preset", preset);
  if (variants !== undefined) query.set("variants", variants);
  // A try whose answer was lost must not make a second image.
  const headers = { "content-type": "application/octet-stream", "idempotency-key": randomUUID() };
  return async (): Promise<{ answer?: Response; json?: unknown; reason?: string }> => {
    try {
      const answer = await service.call(`/v1/images?${query}`, {
        method: "POST",
        headers,
        body,
        signal: AbortSignal.any([signal, AbortSignal.timeout(tryMs)]),
      });
      return { answer, json: await jsonOf(answer) };
    } catch (error) {
      signal.throwIfAborted();
      return { reason: connectionReason(error) };
    }
  };
}

/** Seconds or a date (RFC 9110, 10.2.3), in milliseconds from now. */
function retryAfterMs(answer: Response): number | undefined {
  const text = answer.headers.get("retry-after");
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isNaN(ms) ? undefined : Math.min(maxRetryAfterMs, Math.max(0, ms));
}
