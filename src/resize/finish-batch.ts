import { announceEnd, announceProgress } from "./batch-progress.ts";
import type { ResizeDependencies } from "./dependencies.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "events">;

/**
 * Says that a batch is over when none of its images can change any more. The reconciler asks again for batches
 * whose last image's worker died before it could ask.
 */
export async function finishBatch(dependencies: Needs, batchId: string | null): Promise<void> {
  if (batchId === null) return;
  announceProgress(dependencies.events, batchId);
  if (await dependencies.catalog.batches.finishIfOver(batchId)) await tellEnd(dependencies, batchId);
}

/**
 * Told first, noted then: who dies in between is followed by the reconciler, which tells it again. So everybody
 * hears of each end at least once.
 */
export async function tellEnd({ catalog, events }: Needs, batchId: string): Promise<void> {
  announceEnd(events, batchId);
  await catalog.batches.announced(batchId);
}
