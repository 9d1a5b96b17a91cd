import type { ImageRecord } from "../catalog/image-record.ts";
import type { Job } from "../queue/job-queue.ts";
import type { ResizeDependencies } from "./dependencies.ts";

type Needs = Pick<ResizeDependencies, "queue" | "events" | "logger">;

function jobOf({
  id,
  generation,
  priority,
}: Pick<ImageRecord, "id" | "generation" | "priority">): Job {
  return { imageId: id, generation, priority };
}

/**
 * Tells the queue and the listeners of an image that the catalog says is `queued`. A queue that is away or full
 * is no error here: the image is in the catalog, and the reconciler enqueues it later (invariant 2).
 */
export async function dispatch({ queue, events, logger }: Needs, record: ImageRecord): Promise<void> {
  events.publish({ type: "image.queued", imageId: record.id, ...batchOf(record) });
  try {
    await queue.enqueue(jobOf(record));
  } catch (error) {
    logger.warn(
      { imageId: record.id, err: error },
      "image waits for the reconciler: the queue did not take it",
    );
  }
}

/** The batch part of an image's event. */
export function batchOf(record: Pick<ImageRecord, "batchId">): { batchId?: string } {
  return record.batchId === null ? {} : { batchId: record.batchId };
}
