import type { ResizeDependencies } from "./dependencies.ts";

/** How much work there is, from the catalog, which knows what the queue's bounded window does not hold. */
export async function measureQueue({ catalog, queue }: Pick<ResizeDependencies, "catalog" | "queue">) {
  const [facts, counts] = await Promise.all([
    catalog.images.statistics(),
    queue.counts().catch(() => ({ waiting: 0, active: 0, delayed: 0 })),
  ]);
  return {
    waiting: Math.max(0, facts.queued - counts.delayed),
    active: facts.processing,
    delayed: counts.delayed,
    failed: facts.failed,
    oldestWaitingMs: facts.oldestQueuedMs,
    throughputPerMinute: facts.finishedLastMinute,
  };
}
