import { go, hrefOf } from "../../address.ts";
import { announce } from "../../announce.ts";
import { dropImage, imageList, isFinal } from "../../live/image-list.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { useAction } from "../../parts/use-action.ts";
import { cancelImage, deleteImage, type Image, retryImage, serviceUrl } from "../../service/api.ts";
import { archiveUrl } from "../../service/batches.ts";
import { words } from "../../words.ts";

/** What a person can do with the image in its present state. */
export function ViewerActions({ image, again }: { image: Image; again: () => void }) {
  const say = words.value.viewer;
  const { actions, news } = words.value;
  const { busy, problem, run } = useAction();
  const { id, filename, status, original, batchId } = image;
  const change = (call: (id: string) => Promise<void>) => () =>
    run(async () => {
      try {
        await call(id);
      } finally {
        again();
      }
    });
  const remove = () =>
    run(async () => {
      await deleteImage(id);
      imageList.value = dropImage(imageList.value, id);
      announce(news.deleted(filename));
      go(hrefOf("gallery"));
    });

  return (
    <div class="viewer-actions">
      {original && (
        <a class="button" href={serviceUrl(original.url)} download>
          {say.downloadOriginal}
        </a>
      )}
      {batchId && (
        <a class="button" href={archiveUrl(batchId)} download>
          {words.value.batches.archive}
        </a>
      )}
      {(status === "failed" || status === "cancelled") && (
        <button type="button" disabled={busy.value} onClick={change(retryImage)}>
          {actions.retry}
        </button>
      )}
      {!isFinal(status) && (
        <button type="button" disabled={busy.value} onClick={change(cancelImage)}>
          {actions.cancel}
        </button>
      )}
      <ConfirmButton
        label={actions.delete}
        subject={filename}
        question={actions.deleteForGood}
        disabled={busy.value}
        onConfirm={remove}
      />
      {problem.value && (
        <p class="reason" role="alert">
          {problem.value}
        </p>
      )}
    </div>
  );
}
