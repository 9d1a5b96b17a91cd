import { announce } from "../announce.ts";
import { cancelImage, deleteImage, type Image, retryImage } from "../api/call.ts";
import { tellDeleted } from "../live/events.ts";
import { canRetry, isFinal } from "../live/image-state.ts";
import { words } from "../words.ts";
import { ConfirmButton } from "./confirm-button.tsx";
import { ProblemNote } from "./problem-note.tsx";
import { useAction } from "./use-action.ts";

interface ImageButtonsProps {
  readonly image: Image;
  readonly lookAgain: () => void;
  /** It is no more; the buttons, and with them the focus, go with it. */
  readonly onDeleted: () => void;
}

/** What a person can do with an image in its present state. */
export function ImageButtons({ image, lookAgain, onDeleted }: ImageButtonsProps) {
  const { id, filename, status } = image;
  const { busy, problem, run, change } = useAction(lookAgain);
  const { actions, news } = words.value;
  const remove = () =>
    run(async () => {
      await deleteImage(id);
      tellDeleted({ ids: [id] });
      announce(news.deleted(filename), news.changed);
      onDeleted();
    });
  const button = (label: string, call: (id: string) => Promise<void>) => (
    <button
      type="button"
      aria-disabled={busy.value}
      onClick={() => change(() => call(id))}
      aria-label={actions.on(label, filename)}
    >
      {label}
    </button>
  );
  return (
    <>
      {canRetry(image) && button(actions.retry, retryImage)}
      {!isFinal(status) && button(actions.cancel, cancelImage)}
      <ConfirmButton
        label={actions.delete}
        subject={filename}
        question={actions.deleteForGood}
        busy={busy.value}
        onConfirm={remove}
      />
      <ProblemNote problem={problem} />
    </>
  );
}
