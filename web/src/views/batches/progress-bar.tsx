import "./progress-bar.css";
import type { Batch } from "../../api/batches.ts";
import { words } from "../../words.ts";
import { endedOf } from "./batch-counts.ts";

const kinds = ["done", "failed", "cancelled", "processing"] as const;

/** What has become of a batch's images, as parts of one bar. */
export function ProgressBar({ batch, label }: { batch: Batch; label: string }) {
  const { counts } = batch;
  const share = (count: number) => (counts.total === 0 ? 0 : (count / counts.total) * 100);
  let from = 0;
  return (
    <svg
      class="progress"
      width="100%"
      height="10"
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={counts.total}
      aria-valuenow={endedOf(batch)}
      aria-valuetext={words.value.batches.ended(endedOf(batch), counts.total)}
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
