import { announceEnd, announceProgress } from "./batch-progress.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/**
 * Says that a batch is over, exactly once, when none of its images can change any more. The reconciler asks
 * again for batches whose last image's worker died before it could ask.
 */
export async function finishBatch(
  { catalog, events }: Pick<ResizeDependencies, "catalog" | "events">,
  batchId: string | null,
): Promise<void> {
  if (batchId === null) return;
  announceProgress(events, batchId);
  if (await catalog.batches.finishIfOver(batchId)) announceEnd(events, batchId);
}
