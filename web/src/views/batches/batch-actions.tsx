import { go, hrefOf } from "../../address.ts";
import { announce } from "../../announce.ts";
import {
  archiveUrl,
  type Batch,
  cancelBatch,
  closeBatch,
  deleteBatch,
  retryBatch,
} from "../../api/batches.ts";
import { tellDeleted } from "../../live/events.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useAction } from "../../parts/use-action.ts";
import { giveUpInterrupted } from "../../uploads/resume.ts";
import { cancelUploadsOf } from "../../uploads/upload-actions.ts";
import { words } from "../../words.ts";
import { openOf } from "./batch-counts.ts";
import { comingTo } from "./coming.ts";

/** What a person can do with a batch in its present state. */
export function BatchActions({ batch, again }: { batch: Batch; again: () => void }) {
  const say = words.value.batches;
  const { actions } = words.value;
  const { busy, problem, run, change } = useAction(again);
  const { id, status, counts } = batch;
  /** Files that are still sent into it would only be refused, one by one. */
  const end = (call: (id: string) => Promise<void>) => () =>
    change(async () => {
      cancelUploadsOf(id);
      giveUpInterrupted(id);
      await call(id);
    });
  const remove = () =>
    run(async () => {
      cancelUploadsOf(id);
      giveUpInterrupted(id);
      await deleteBatch(id);
      tellDeleted({ batchId: id });
      announce(say.deleted);
      go(hrefOf("batches"));
    });

  return (
    <div class="batch-actions">
      {counts.done > 0 && (
        <a class="button" href={archiveUrl(id)} download>
          {say.archive}
        </a>
      )}
      {counts.failed > 0 && (
        <button type="button" aria-disabled={busy.value} onClick={() => change(() => retryBatch(id))}>
          {say.retryFailed(counts.failed)}
        </button>
      )}
      {status === "open" && (
        <button type="button" aria-disabled={busy.value} onClick={end(closeBatch)}>
          {say.close}
        </button>
      )}
      {isCancellable(batch) && (
        <ConfirmButton
          label={say.cancel}
          subject={say.one}
          question={say.cancelQuestion(openOf(batch) + comingTo(batch))}
          busy={busy.value}
          onConfirm={end(cancelBatch)}
        />
      )}
      <ConfirmButton
        label={actions.delete}
        subject={say.one}
        question={say.deleteQuestion(counts.total)}
        busy={busy.value}
        onConfirm={remove}
      />
      <ProblemNote problem={problem} />
    </div>
  );
}

/** An open batch too, while it waits for its next image: what is asked must not vanish between two of them. */
function isCancellable(batch: Batch): boolean {
  return batch.status === "open" || (batch.status !== "cancelled" && openOf(batch) > 0);
}
