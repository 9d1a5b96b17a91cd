import { useSignal } from "@preact/signals";
import { hrefOf } from "../../address.ts";
import { announce } from "../../announce.ts";
import { deleteImage, type Image, retryImage, serviceUrl } from "../../api/call.ts";
import { eachOf } from "../../each-of.ts";
import { tellDeleted } from "../../live/events.ts";
import type { ImagePages } from "../../live/image-pages.ts";
import { ConfirmButton } from "../../parts/confirm-button.tsx";
import { ProblemNote } from "../../parts/problem-note.tsx";
import { useAction } from "../../parts/use-action.ts";
import { words } from "../../words.ts";
import type { FailureGroup } from "./group-failures.ts";

/** Images of a group that are listed before one asks for all. */
const shownFirst = 8;

/** One reason: what it means, what helps, and the images that it met. */
export function FailureGroupCard({ group, pages }: { group: FailureGroup; pages: ImagePages }) {
  const say = words.value.failures;
  const { code, images, retryable } = group;
  const { title, advice } = say.reasons[code] ?? say.otherReason;
  const isOpen = useSignal(false);
  const { busy, problem, run } = useAction();
  const shown = isOpen.value ? images : images.slice(0, shownFirst);

  const withEach = (list: readonly Image[], act: (id: string) => Promise<void>, onEnd: () => void) =>
    run(async () => {
      const { failed, reason } = await eachOf(list, ({ id }) => act(id));
      onEnd();
      if (failed > 0) throw reason;
    });
  const retry = (list: readonly Image[]) =>
    withEach(list, retryImage, () => {
      announce(say.retried(list.length));
      void pages.refresh();
    });
  const remove = (list: readonly Image[]) => {
    const gone: string[] = [];
    return withEach(
      list,
      async (id) => {
        await deleteImage(id);
        gone.push(id);
      },
      () => {
        tellDeleted({ ids: gone });
        announce(say.deleted(gone.length));
        document.getElementById("failures-title")?.focus();
      },
    );
  };

  return (
    <section class="failure" aria-labelledby={`reason-${code}`}>
      <div class="failure-head">
        <h3 id={`reason-${code}`}>{title}</h3>
        <span class="failure-count">{words.value.images(images.length)}</span>
      </div>
      <p class="failure-advice">{advice}</p>
      {images.length > 1 && (
        <div class="failure-actions">
          {retryable.length > 1 && (
            <button type="button" aria-disabled={busy.value} onClick={() => retry(retryable)}>
              {say.retryAll(retryable.length)}
            </button>
          )}
          <ConfirmButton
            label={say.deleteAll(images.length)}
            subject={title}
            question={words.value.actions.deleteForGood}
            busy={busy.value}
            onConfirm={() => remove(images)}
          />
        </div>
      )}
      <ProblemNote problem={problem} />
      <ul class="failure-images">
        {shown.map((image) => (
          <FailedImage
            key={image.id}
            image={image}
            busy={busy.value}
            onRetry={retryable.includes(image) ? () => retry([image]) : null}
            onDelete={() => remove([image])}
          />
        ))}
      </ul>
      {images.length > shownFirst && (
        <button type="button" aria-expanded={isOpen.value} onClick={() => (isOpen.value = !isOpen.value)}>
          {isOpen.value ? say.fewer : say.all(images.length)}
        </button>
      )}
    </section>
  );
}

interface FailedImageProps {
  readonly image: Image;
  readonly busy: boolean;
  /** `null` when there is nothing left to try. */
  readonly onRetry: (() => void) | null;
  readonly onDelete: () => void;
}

function FailedImage({ image, busy, onRetry, onDelete }: FailedImageProps) {
  const say = words.value.failures;
  const { actions } = words.value;
  const { filename, original, error } = image;
  return (
    <li class="failed-image">
      <span class="failed-name">
        <a href={hrefOf("viewer", { image: image.id })}>{filename}</a>
        {error && (
          <span class="failed-particulars hint" lang="en">
            {error.message}
          </span>
        )}
      </span>
      <span class="failed-actions">
        {original && (
          <a href={serviceUrl(original.url)} download aria-label={actions.on(say.original, filename)}>
            {say.original}
          </a>
        )}
        {!original && !onRetry && <span class="hint">{say.notKept}</span>}
        {onRetry && (
          <button
            type="button"
            aria-disabled={busy}
            aria-label={actions.on(actions.retry, filename)}
            onClick={onRetry}
          >
            {actions.retry}
          </button>
        )}
        <ConfirmButton
          label={actions.delete}
          subject={filename}
          question={actions.deleteForGood}
          busy={busy}
          onConfirm={onDelete}
        />
      </span>
    </li>
  );
}
