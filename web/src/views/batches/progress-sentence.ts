import type { Batch } from "../../api/batches.ts";
import { words } from "../../words.ts";
import { endedOf } from "./batch-counts.ts";
import { comingTo, isOpenEnded } from "./coming.ts";

/** How far a batch is, in words: of all its images, or of those that have come so far. */
export function progressSentence(batch: Batch): string {
  const say = words.value.batches;
  const total = batch.counts.total + comingTo(batch);
  return isOpenEnded(batch) ? say.endedSoFar(endedOf(batch), total) : say.ended(endedOf(batch), total);
}
