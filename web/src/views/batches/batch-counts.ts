import type { Batch } from "../../api/batches.ts";

/** Images of the batch that will not change by themselves. */
export function endedOf({ counts }: Pick<Batch, "counts">): number {
  return counts.done + counts.failed + counts.cancelled;
}

/** Images of the batch that wait or are being worked on. */
export function openOf({ counts }: Pick<Batch, "counts">): number {
  return counts.queued + counts.processing;
}

/** The list, newest first, with what was told of batches: the later word holds. */
export function mergeBatches(known: readonly Batch[], told: readonly Batch[]): readonly Batch[] {
  if (told.length === 0) return known;
  const byId = new Map(known.map((batch) => [batch.id, batch]));
  for (const batch of told) byId.set(batch.id, batch);
  // Ids are UUIDv7: their order is the order of creation.
  return [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
}
