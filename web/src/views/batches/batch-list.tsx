import { hrefOf } from "../../address.ts";
import type { Batch } from "../../api/batches.ts";
import { LiveBadge } from "../../parts/live-badge.tsx";
import { formatTime } from "../../parts/times.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { words } from "../../words.ts";
import { ProgressBar } from "./progress-bar.tsx";
import { progressSentence } from "./progress-sentence.ts";
import { useBatches } from "./use-batches.ts";

/** The batches, newest first, each with how far it is. */
export function BatchList() {
  const say = words.value.batches;
  const { batches, cursor, trouble, loadFirst, loadMore } = useBatches();
  return (
    <section aria-labelledby="batches-title" aria-busy={batches.value === null}>
      <div class="section-head">
        <h2 id="batches-title">{say.title}</h2>
        <LiveBadge />
      </div>
      <TroubleNotice trouble={trouble.value} onAgain={loadFirst} />
      {batches.value?.length === 0 && <p class="hint">{say.none}</p>}
      <ul class="rows">
        {batches.value?.map((batch) => (
          <BatchRow key={batch.id} batch={batch} />
        ))}
      </ul>
      {cursor.value && (
        <button type="button" class="wide" onClick={loadMore}>
          {words.value.imageList.more}
        </button>
      )}
    </section>
  );
}

function BatchRow({ batch }: { batch: Batch }) {
  const say = words.value.batches;
  const { counts } = batch;
  const name = say.name(formatTime(batch.createdAt));
  return (
    <li class="batch">
      <div class="batch-head">
        <h3 class="name">
          <a href={hrefOf("batches", { batch: batch.id })}>{name}</a>
        </h3>
        <span class={`state state-${batch.status}`}>{say.statuses[batch.status]}</span>
      </div>
      <ProgressBar batch={batch} label={name} />
      <p class="hint">
        {progressSentence(batch)}
        {counts.failed > 0 && <span class="reason">, {say.failed(counts.failed)}</span>}
        {batch.preset && `, ${say.preset(batch.preset)}`}
      </p>
    </li>
  );
}
