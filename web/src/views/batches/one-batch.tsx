import { hrefOf } from "../../address.ts";
import type { Batch } from "../../api/batches.ts";
import { Gallery } from "../../parts/gallery.tsx";
import { LiveBadge } from "../../parts/live-badge.tsx";
import { formatDuration, formatNumber, formatTime } from "../../parts/times.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useImagePages } from "../../parts/use-image-pages.ts";
import { useSubject } from "../../parts/use-subject.ts";
import { words } from "../../words.ts";
import { BatchActions } from "./batch-actions.tsx";
import { openOf } from "./batch-counts.ts";
import { comingTo, isOpenEnded } from "./coming.ts";
import { ProgressBar } from "./progress-bar.tsx";
import { progressSentence } from "./progress-sentence.ts";
import type { Estimate } from "./remaining.ts";
import { useBatch } from "./use-batch.ts";

const pageSize = 60;

/** One batch: how far it is, what can be done with it, and its images. */
export function OneBatch({ id }: { id: string }) {
  const say = words.value.batches;
  const { batch, trouble, estimate, again } = useBatch(id);
  const pages = useImagePages({ batchId: id }, pageSize);
  const shown = batch.value;
  useSubject(shown && say.name(formatTime(shown.createdAt)));
  return (
    <>
      <section aria-labelledby="batch-title" aria-busy={shown === null}>
        <div class="section-head">
          <h2 id="batch-title" tabIndex={-1}>
            {shown ? say.name(formatTime(shown.createdAt)) : say.one}
          </h2>
          {shown && <LiveBadge />}
          <a href={hrefOf("batches")}>{say.all}</a>
        </div>
        <TroubleNotice trouble={trouble.value} onAgain={again} />
        {shown && (
          <div class="batch batch-one">
            <div class="batch-head">
              <span class={`state state-${shown.status}`}>{say.statuses[shown.status]}</span>
              <Left batch={shown} estimate={estimate.value} />
            </div>
            <ProgressBar batch={shown} label={say.progress} />
            <Tally batch={shown} />
            <BatchActions batch={shown} again={again} />
          </div>
        )}
      </section>
      {shown && (
        <section aria-labelledby="batch-images">
          <h2 id="batch-images">{words.value.views.images}</h2>
          <Gallery pages={pages} />
        </section>
      )}
    </>
  );
}

function Tally({ batch }: { batch: Batch }) {
  const say = words.value.batches;
  const { counts } = batch;
  const states = words.value.image.states;
  return (
    <>
      <p>{progressSentence(batch)}</p>
      <dl class="tally">
        {(["queued", "processing", "done", "failed", "cancelled"] as const).map((status) => (
          <div key={status}>
            <dt class={`state state-${status}`}>{states[status]}</dt>
            <dd>{formatNumber(counts[status])}</dd>
          </div>
        ))}
      </dl>
      {counts.failed > 0 && <a href={hrefOf("failures", { batch: batch.id })}>{say.seeFailures}</a>}
    </>
  );
}

/** No time is told of a batch of which nobody knows how many images it will have. */
function Left({ batch, estimate }: { batch: Batch; estimate: Estimate }) {
  const isOver = openOf(batch) + comingTo(batch) === 0;
  if (isOpenEnded(batch)) return <span class="batch-left">{words.value.batches.moreMayCome}</span>;
  return isOver ? null : <span class="batch-left">{leftSentence(estimate)}</span>;
}

function leftSentence(estimate: Estimate): string {
  const say = words.value.batches;
  if (estimate.kind === "unknown") return say.leftUnknown;
  if (estimate.kind === "stalled") return say.stalled(formatDuration(estimate.forMs));
  const from = formatDuration(atLeastASecond(estimate.fromMs));
  const to = formatDuration(atLeastASecond(estimate.toMs));
  return from === to ? say.leftAbout(from) : say.leftBetween(from, to);
}

function atLeastASecond(ms: number): number {
  return Math.max(ms, 1000);
}
