import type { ResizeDependencies } from "./dependencies.ts";
import type { Level } from "./level.ts";

/**
 * How much work there is, from the catalog, which knows what the queue's bounded window does not hold; and how full
 * what work fills is.
 */
export async function measureQueue(
  { catalog, queue }: Pick<ResizeDependencies, "catalog" | "queue">,
  levelsNow: () => Promise<readonly Level[]>,
) {
  const [facts, counts, levels] = await Promise.all([
    catalog.images.statistics(),
    queue.counts().catch(() => ({ waiting: 0, active: 0, delayed: 0 })),
    levelsNow(),
  ]);
  return {
    waiting: Math.max(0, facts.queued - counts.delayed),
    active: facts.processing,
    delayed: counts.delayed,
    failed: facts.failed,
    oldestWaitingMs: facts.oldestQueuedMs,
    throughputPerMinute: facts.finishedLastMinute,
    levels: [...levels],
  };
}
