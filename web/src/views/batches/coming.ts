import { computed } from "@preact/signals";
import type { Batch } from "../../api/batches.ts";
import { uploadFacts } from "../../uploads/upload-list.ts";

/** How many files this page still sends to each batch. */
const byBatch = computed(() => {
  const counts = new Map<string, number>();
  for (const { drop } of uploadFacts.value.pending) {
    if (drop.batchId) counts.set(drop.batchId, (counts.get(drop.batchId) ?? 0) + 1);
  }
  return counts;
});

/** Images that the batch will have and does not have yet, as far as this page knows. */
export function comingTo({ id, status }: Pick<Batch, "id" | "status">): number {
  return status === "open" ? (byBatch.value.get(id) ?? 0) : 0;
}

/** Others may send more, and nobody knows how many: there is no whole of which a share could be told. */
export function isOpenEnded(batch: Pick<Batch, "id" | "status">): boolean {
  return batch.status === "open" && comingTo(batch) === 0;
}
