import { useSignal } from "@preact/signals";
import type { Upload } from "../../uploads/upload.ts";
import { dismissUploads, retryUploads } from "../../uploads/upload-actions.ts";
import { uploadFacts } from "../../uploads/upload-list.ts";
import { words } from "../../words.ts";

/** Rows that are shown before somebody asks for more. */
const firstRows = 10;

/** Files that the service did not get or did not want, each with its reason. */
export function UploadProblems() {
  const shown = useSignal(firstRows);
  const { problems, lost } = uploadFacts.value;
  const { actions, uploads: sentences } = words.value;
  if (problems.length === 0) return null;
  const more = problems.length - shown.value;
  return (
    <section aria-labelledby="problems-title">
      <div class="section-head">
        <h2 id="problems-title" tabIndex={-1}>
          {sentences.notTaken(problems.length)}
        </h2>
        <div class="sending-actions">
          {lost > 1 && (
            <button type="button" class="small" onClick={() => retryUploads(problems)}>
              {sentences.retryAll(lost)}
            </button>
          )}
          {problems.length > 1 && (
            <button type="button" class="small" onClick={() => dismiss(problems)}>
              {actions.dismissAll}
            </button>
          )}
        </div>
      </div>
      <ul class="rows">
        {problems.slice(0, shown.value).map((upload) => (
          <ProblemRow key={upload.id} upload={upload} />
        ))}
      </ul>
      {more > 0 && (
        <button
          type="button"
          class="wide"
          onClick={() => {
            shown.value += 10 * firstRows;
          }}
        >
          {sentences.showMore(more)}
        </button>
      )}
    </section>
  );
}

function ProblemRow({ upload }: { upload: Upload }) {
  const { name, state, reason } = upload;
  const { actions, uploads: sentences } = words.value;
  return (
    <li class="row">
      <div class="row-head">
        <h3 class="name">{name}</h3>
        <span class={`state state-${state}`}>{state === "lost" ? sentences.lost : sentences.refused}</span>
      </div>
      <div class="actions">
        {state === "lost" && (
          <button
            type="button"
            onClick={() => retryUploads([upload])}
            aria-label={actions.on(actions.retry, name)}
          >
            {actions.retry}
          </button>
        )}
        <button
          type="button"
          onClick={() => dismiss([upload])}
          aria-label={actions.on(actions.dismiss, name)}
        >
          {actions.dismiss}
        </button>
      </div>
      <p class="row-body reason">{reason}</p>
    </li>
  );
}

function dismiss(problems: readonly Upload[]): void {
  dismissUploads(problems);
  // The button that had the focus is gone.
  (document.getElementById("problems-title") ?? document.getElementById("main"))?.focus();
}
