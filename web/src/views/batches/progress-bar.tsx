import "./progress-bar.css";
import type { Batch } from "../../api/batches.ts";
import { endedOf } from "./batch-counts.ts";
import { comingTo } from "./coming.ts";
import { progressSentence } from "./progress-sentence.ts";

const kinds = ["done", "failed", "cancelled", "processing"] as const;

/** What has become of a batch's images, as parts of one bar. */
export function ProgressBar({ batch, label }: { batch: Batch; label: string }) {
  const { counts } = batch;
  const total = counts.total + comingTo(batch);
  const share = (count: number) => (total === 0 ? 0 : (count / total) * 100);
  let from = 0;
  return (
    <svg
      class="progress"
      width="100%"
      height="10"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={total}
      aria-valuenow={endedOf(batch)}
      aria-valuetext={progressSentence(batch)}
    >
      <rect width="100%" height="10" class="progress-all" />
      {kinds.map((kind) => {
        const x = from;
        from += share(counts[kind]);
        return (
          <rect
            key={kind}
            x={`${x}%`}
            width={`${share(counts[kind])}%`}
            height="10"
            class={`progress-${kind}`}
          />
        );
      })}
    </svg>
  );
}
