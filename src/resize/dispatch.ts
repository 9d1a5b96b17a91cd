import type { ImageRecord } from "../catalog/image-record.ts";
import { restAfter } from "../event-loop.ts";
import type { Job } from "../queue/job-queue.ts";
import { warnRarely } from "../throttled-warning.ts";
import type { ResizeDependencies } from "./dependencies.ts";

type Needs = Pick<ResizeDependencies, "queue" | "events" | "logger">;

/** What a second try waits for, beside what waits now: a minute of a batch's work. Virtual milliseconds. */
const secondTryTurn = 60_000;

/**
 * What an engine process was lost on goes behind the others: most such pictures harm the next one as well, and one
 * that hangs keeps a worker's hand until its deadline. Its turn in the catalog stays, and with it the clock.
 */
export function jobOf({ imageId, generation, priority, strikes }: Job & { readonly strikes: number }): Job {
  return { imageId, generation, priority: priority + (strikes > 0 ? secondTryTurn : 0) };
}

/** Whether its original must be fetched first, which is no job of the queue: see `fetch-source.ts`. */
function toFetch({ original, sourceUrl }: ImageRecord): boolean {
  return original === null && sourceUrl !== null;
}

/**
 * Tells the queue and the listeners of an image that the catalog says is `queued`. A queue that is away or full
 * is no error here: the image is in the catalog, and the reconciler enqueues it later (invariant 2).
 */
export async function dispatch(dependencies: Needs, record: ImageRecord, delayMs = 0): Promise<void> {
  await dispatchAll(dependencies, [record], delayMs);
}

/** As `dispatch`, for many: after the first that the queue does not take, the rest is the reconciler's too. */
export async function dispatchAll(
  { queue, events, logger }: Needs,
  records: readonly ImageRecord[],
  delayMs = 0,
): Promise<void> {
  for (const [index, record] of records.entries()) {
    const toldFetchers = toFetch(record) && { data: { toFetch: true } };
    events.publish({ type: "image.queued", imageId: record.id, ...batchOf(record), ...toldFetchers });
    await restAfter(index);
  }
  for (const [index, record] of records.entries()) {
    await restAfter(index);
    if (toFetch(record)) continue;
    try {
      // Somebody waits for a single upload; what a batch has can wait in the catalog.
      const urgent = record.batchId === null;
      const job = jobOf({ ...record, imageId: record.id });
      if ((await queue.enqueue(job, { urgent, delayMs })) === "full") return;
    } catch (error) {
      warnRarely(logger, "the queue is away: images wait for it", error);
      return;
    }
  }
}

/** The batch part of an image's event. */
export function batchOf(record: Pick<ImageRecord, "batchId">): { batchId?: string } {
  return record.batchId === null ? {} : { batchId: record.batchId };
}
