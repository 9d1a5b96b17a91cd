import { formatBytes } from "../figures.ts";
import { dismissUpload, retryUploads, type Upload } from "../uploads.ts";

const labels = {
  waiting: "Waiting to be sent",
  sending: "Sending",
  refused: "Refused",
  lost: "Not sent",
} as const satisfies Record<Upload["state"], string>;

export function UploadRow({ upload }: { upload: Upload }) {
  const { file, id, sent, state, reason } = upload;
  const over = state === "refused" || state === "lost";
  const share = file.size === 0 ? 0 : sent / file.size;
  return (
    <li class="row">
      <div class="row-head">
        <h3 class="name">{file.name}</h3>
        <span class={`state state-${state}`}>{labels[state]}</span>
      </div>
      <div class="actions">
        {state === "lost" && (
          <button type="button" onClick={() => retryUploads(id)} aria-label={`Retry ${file.name}`}>
            Retry
          </button>
        )}
        <button
          type="button"
          onClick={() => dismissUpload(id)}
          aria-label={`${over ? "Dismiss" : "Cancel"} ${file.name}`}
        >
          {over ? "Dismiss" : "Cancel"}
        </button>
      </div>
      <div class="row-body">
        {over ? (
          <p class="reason">{reason}</p>
        ) : (
          <div class="overall">
            <progress max={1} value={share} aria-label={`Sent of ${file.name}`} />
            <p class="hint">
              {share < 1
                ? `${formatBytes(sent)} of ${formatBytes(file.size)}`
                : "Sent, waiting for the answer"}
            </p>
          </div>
        )}
      </div>
    </li>
  );
}
