import { For } from "@preact/signals/utils";
import { formatBytes } from "../../figures.ts";
import { overallProgress, pending, retryUploads, round, uploads } from "../../uploads/uploads.ts";
import { words } from "../../words.ts";
import { UploadRow } from "./upload-row.tsx";

/** Files on their way, and those that did not get through. */
export function UploadSection() {
  if (uploads.value.length === 0) return null;
  return (
    <section aria-labelledby="uploads-title">
      <div class="section-head">
        <h2 id="uploads-title">
          {pending.value.length > 0 ? words.value.uploads.sending : words.value.uploads.notTaken}
        </h2>
        <RetryAll />
      </div>
      <OverallProgress />
      <ul class="rows">
        <For each={uploads} getKey={(upload) => upload.id}>
          {(upload) => <UploadRow upload={upload} />}
        </For>
      </ul>
    </section>
  );
}

function OverallProgress() {
  const { files, bytes, settledFiles } = round.value;
  if (pending.value.length === 0) return null;
  return (
    <div class="overall">
      <progress max={1} value={overallProgress.value} aria-label={words.value.uploads.overall} />
      <p class="hint">
        {words.value.uploads.progress(
          settledFiles,
          files,
          Math.floor(overallProgress.value * 100),
          formatBytes(bytes),
        )}
      </p>
    </div>
  );
}

function RetryAll() {
  const lost = uploads.value.filter((upload) => upload.state === "lost").length;
  if (lost < 2) return null;
  return (
    <button type="button" onClick={() => retryUploads()}>
      {words.value.uploads.retryAll(lost)}
    </button>
  );
}
