import { formatNumber, formatPercent } from "../../parts/times.ts";
import { words } from "../../words.ts";
import type { Lane, Slot } from "./lane-book.ts";

/** A worker: its engine processes as lights, what it does, and how much of the work is its own. */
export function LaneRow({ lane }: { lane: Lane }) {
  const say = words.value.workers;
  return (
    <li class={lane.lit ? "lane lane-lit" : "lane"}>
      <div class="lane-head">
        <h3 class="lane-name">{lane.id}</h3>
        {lane.host && lane.host !== lane.id && <span class="hint">{lane.host}</span>}
      </div>
      <ol class="slots" aria-label={say.slots(lane.concurrency)}>
        {lane.slots.map((slot, index) => (
          // A slot is its place: what is in it comes and goes.
          <SlotLight key={index} slot={slot} />
        ))}
        {lane.beside > 0 && <li class="slot-beside">{say.beside(lane.beside)}</li>}
      </ol>
      <dl class="lane-figures">
        <div>
          <dt>{say.rate}</dt>
          <dd>{formatNumber(lane.rate, lane.rate < 10 ? 1 : 0)}</dd>
        </div>
        <div>
          <dt>{say.done}</dt>
          <dd>{formatNumber(lane.done)}</dd>
        </div>
        <div class={lane.failed > 0 ? "lane-failed" : undefined}>
          <dt>{say.failed}</dt>
          <dd>{formatNumber(lane.failed)}</dd>
        </div>
        <div class="lane-share">
          <dt>{say.share}</dt>
          <dd>
            <svg aria-hidden="true" width="100%" height="8">
              <rect width="100%" height="8" rx="4" class="lane-share-all" />
              <rect width={`${(lane.share ?? 0) * 100}%`} height="8" rx="4" class="lane-share-part" />
            </svg>
            <span>{lane.share === null ? "–" : formatPercent(lane.share)}</span>
          </dd>
        </div>
      </dl>
    </li>
  );
}

function SlotLight({ slot }: { slot: Slot | null }) {
  const { idle } = words.value.workers;
  return <li class={slot?.lit ? "slot slot-lit" : "slot"}>{slot?.lit ? slot.name : idle}</li>;
}
