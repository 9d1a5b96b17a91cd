import { hrefOf } from "../../address.ts";
import { announce } from "../../announce.ts";
import { type Delivery, replayDelivery } from "../../api/deliveries.ts";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { formatDuration, formatTime } from "../../parts/times.ts";
import { useAction } from "../../parts/use-action.ts";
import { words } from "../../words.ts";

/** One webhook: what it told, to whom, what each attempt met, and a way to send it again. */
export function DeliveryCard({ delivery, again }: { delivery: Delivery; again: () => void }) {
  const say = words.value.webhooks;
  const { busy, problem, change } = useAction(again);
  const { id, type, url, status, attempts, nextAttemptAt, imageId, batchId, createdAt } = delivery;
  const replay = () =>
    change(async () => {
      await replayDelivery(id);
      announce(say.replayed);
    });
  return (
    <li class="delivery">
      <div class="delivery-head">
        <h3>{type}</h3>
        <span class={`state state-${status}`}>{say.statuses[status]}</span>
      </div>
      <p class="delivery-url">{url}</p>
      <p class="hint">
        {formatTime(createdAt)}
        {nextAttemptAt && `, ${say.next(formatTime(nextAttemptAt))}`}
      </p>
      <Attempts attempts={attempts} />
      <details class="delivery-body">
        <summary>{say.body}</summary>
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and so must be reached by the keyboard */}
        <pre tabIndex={0}>{JSON.stringify(delivery.payload, null, 2)}</pre>
      </details>
      <div class="delivery-actions">
        <button
          type="button"
          aria-disabled={busy.value}
          aria-label={words.value.actions.on(say.replay, `${type}, ${formatTime(createdAt)}`)}
          onClick={replay}
        >
          {say.replay}
        </button>
        {imageId && <a href={hrefOf("viewer", { image: imageId })}>{say.image}</a>}
        {!imageId && batchId && <a href={hrefOf("batches", { batch: batchId })}>{say.batch}</a>}
        <ProblemNote problem={problem} />
      </div>
    </li>
  );
}

function Attempts({ attempts }: Pick<Delivery, "attempts">) {
  const say = words.value.webhooks;
  if (attempts.length === 0) return <p class="hint">{say.noAttempt}</p>;
  return (
    <ol class="attempts">
      {attempts.map(({ at, durationMs, statusCode, error }) => (
        <li key={at} class={error ? "attempt attempt-failed" : "attempt"}>
          <span class="attempt-code">{statusCode ?? say.noAnswer}</span>
          <span>{error ?? say.acknowledged}</span>
          <span class="hint">
            {formatTime(at)}, {formatDuration(durationMs)}
          </span>
        </li>
      ))}
    </ol>
  );
}
