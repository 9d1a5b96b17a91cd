import { announce } from "../../announce.ts";
import { dropImage, imageList, isFinal } from "../../live/image-list.ts";
import { refreshImage } from "../../live/load.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { useAction } from "../../parts/use-action.ts";
import { cancelImage, deleteImage, type Image, retryImage } from "../../service/api.ts";
import { words } from "../../words.ts";

/** What a person can do with an image in its present state. */
export function ImageActions({ image }: { image: Image }) {
  const { id, filename, status } = image;
  const { busy, problem, run } = useAction();
  // The state may have moved on meanwhile: whatever the answer, the image is looked at again.
  const change = (call: (id: string) => Promise<void>) =>
    run(async () => {
      try {
        await call(id);
      } finally {
        await refreshImage(id);
      }
    });
  const remove = () =>
    run(async () => {
      await deleteImage(id);
      imageList.value = dropImage(imageList.value, id);
      announce(words.value.news.deleted(filename));
      document.getElementById("images-title")?.focus();
    });

  const { actions } = words.value;
  const canRetry = status === "cancelled" || (status === "failed" && image.error?.retryable !== false);
  return (
    <div class="actions">
      {problem.value && (
        <p class="reason" role="alert">
          {problem}
        </p>
      )}
      {canRetry && (
        <button
          type="button"
          disabled={busy.value}
          onClick={() => change(retryImage)}
          aria-label={actions.on(actions.retry, filename)}
        >
          {actions.retry}
        </button>
      )}
      {!isFinal(status) && (
        <button
          type="button"
          disabled={busy.value}
          onClick={() => change(cancelImage)}
          aria-label={actions.on(actions.cancel, filename)}
        >
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
    </div>
  );
}
