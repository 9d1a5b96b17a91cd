import { formatBytes } from "../../figures.ts";
import { dismissUpload, retryUploads, type Upload } from "../../uploads/uploads.ts";
import { words } from "../../words.ts";

export function UploadRow({ upload }: { upload: Upload }) {
  const { file, id, sent, state, reason } = upload;
  const over = state === "refused" || state === "lost";
  const { actions, uploads: sentences } = words.value;
  const end = over ? actions.dismiss : actions.cancel;
  const share = file.size === 0 ? 0 : sent / file.size;
  return (
    <li class="row">
      <div class="row-head">
        <h3 class="name">{file.name}</h3>
        <span class={`state state-${state}`}>{sentences.states[state]}</span>
      </div>
      <div class="actions">
        {state === "lost" && (
          <button
            type="button"
            onClick={() => retryUploads(id)}
            aria-label={actions.on(actions.retry, file.name)}
          >
            {actions.retry}
          </button>
        )}
        <button type="button" onClick={() => dismissUpload(id)} aria-label={actions.on(end, file.name)}>
          {end}
        </button>
      </div>
      <div class="row-body">
        {over ? (
          <p class="reason">{reason}</p>
        ) : (
          <div class="overall">
            <progress max={1} value={share} aria-label={sentences.sentOf(file.name)} />
            <p class="hint">
              {share < 1
                ? sentences.bytesOf(formatBytes(sent), formatBytes(file.size))
                : sentences.waitingForAnswer}
            </p>
          </div>
        )}
      </div>
    </li>
  );
}
