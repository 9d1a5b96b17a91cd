import { formatBytes } from "../../figures.ts";
import { pauseSending, resumeSending, sendingInterrupted } from "../../uploads/pump.ts";
import { cancelAll } from "../../uploads/upload-actions.ts";
import { paused, uploadFacts } from "../../uploads/upload-list.ts";
import { words } from "../../words.ts";

/** How far all of them are together, and what can be done about it. */
export function SendingControls() {
  const { files, bytes, settledFiles, sentBytes, remainingMs } = uploadFacts.value;
  const { actions, uploads: sentences } = words.value;
  const share = bytes === 0 ? 0 : Math.min(sentBytes / bytes, 1);
  const note = paused.value
    ? sentences.paused
    : sendingInterrupted.value
      ? sentences.interrupted
      : remainingMs !== null && sentences.remaining(Math.ceil(remainingMs / 1000));
  return (
    <>
      <div class="section-head">
        <h2 id="uploads-title" tabIndex={-1}>
          {sentences.sending}
        </h2>
        <div class="sending-actions">
          <button type="button" class="small" onClick={paused.value ? resumeSending : pauseSending}>
            {paused.value ? actions.resume : actions.pause}
          </button>
          <button type="button" class="small" onClick={cancelAll}>
            {files > 1 ? actions.cancelAll : actions.cancel}
          </button>
        </div>
      </div>
      <div class="overall">
        <progress max={1} value={share} aria-label={sentences.overall} />
        <p class="hint figure">
          {sentences.progress(settledFiles, files, Math.floor(share * 100), formatBytes(bytes))}
          {note && `, ${note}`}
        </p>
      </div>
    </>
  );
}
