import type { ImageRecord } from "../catalog/image-record.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/**
 * A claim that is not renewed for this long belongs to nobody any more. With the two seconds in which somebody looks,
 * what a killed worker had in its hands is in others in 15 s, and on a busy machine within 20 s. Milliseconds.
 */
export const leaseMs = 12_000;
const renewEveryMs = leaseMs / 3;

export interface Lease {
  /** Aborted when the lease is lost or the worker must stop. */
  readonly signal: AbortSignal;
  /** Cancelled, deleted, or given to another worker. */
  readonly lost: boolean;
  release(): void;
}

/**
 * Renews a claim while its image is worked on. A renewal that finds the fence raised aborts the work. An event
 * about the image makes it look at once, so that a cancelled render ends in milliseconds.
 */
export function keepLease(
  { catalog, events, logger }: Pick<ResizeDependencies, "catalog" | "events" | "logger">,
  { id, attempt }: Pick<ImageRecord, "id" | "attempt">,
  stop: AbortSignal,
): Lease {
  const taken = new AbortController();
  const renew = async () => {
    try {
      if (!(await catalog.claims.renew(id, attempt, leaseMs)) && !released) taken.abort();
    } catch (error) {
      // The catalog is away: the work goes on, and the fence judges the result when it is back.
      logger.warn({ imageId: id, attempt, err: error }, "lease not renewed");
    }
  };
  let released = false;
  const timer = setInterval(renew, renewEveryMs);
  timer.unref();
  const subscription = events.subscribe((event) => {
    if (event.type === "image.cancelled" && event.imageId === id) void renew();
  });
  return {
    signal: AbortSignal.any([stop, taken.signal]),
    get lost() {
      return taken.signal.aborted;
    },
    release() {
      released = true;
      clearInterval(timer);
      subscription.close();
    },
  };
}
