import { signal } from "@preact/signals";
import { For } from "@preact/signals/utils";
import { hrefOf } from "../../address.ts";
import { imageList, unfinished } from "../../live/image-list.ts";
import { loadFirst, loading, loadMore, loadProblem, olderCursor } from "../../live/load.ts";
import { scope } from "../../live/scope.ts";
import { words } from "../../words.ts";
import { ImageRow } from "./image-row.tsx";

/** Rows at first, and more with each wish: thousands at once would only slow the page. */
const pageOfRows = 24;
const rows = signal(pageOfRows);

/** The images of the service, or of the one batch that the address names. */
export function ImageSection() {
  const { images } = imageList.value;
  const shown = scope.value;
  const { kind } = shown;
  if (images.length === 0 && kind === "all" && !loading.value && !loadProblem.value) return null;
  return (
    <section aria-labelledby="images-title" aria-busy={loading.value}>
      <div class="section-head">
        <h2 id="images-title" tabIndex={-1}>
          {words.value.imageList.titles[kind]}
        </h2>
        <Tally />
        {shown.kind === "batch" && (
          <a href={hrefOf("batches", { batch: shown.id })}>{words.value.batches.progress}</a>
        )}
        {kind !== "all" && <a href={hrefOf("images")}>{words.value.imageList.all}</a>}
      </div>
      <ul class="rows">
        <For each={() => imageList.value.images.slice(0, rows.value)} getKey={(image) => image.id}>
          {(image) => <ImageRow image={image} />}
        </For>
      </ul>
      <Ending />
    </section>
  );
}

function Tally() {
  const { images } = imageList.value;
  if (images.length === 0) return null;
  const sentences = words.value.imageList;
  const failed = images.filter((image) => image.status === "failed").length;
  const parts = [
    unfinished.value.length > 0 && sentences.inWork(unfinished.value.length),
    failed > 0 && sentences.failed(failed),
  ].filter((part) => part !== false);
  return <p class="hint">{[sentences.shown(images.length), ...parts].join(", ")}</p>;
}

/** What stands below the last row: older ones to load, the reason why none came, or that there is none. */
function Ending() {
  if (loadProblem.value) {
    return (
      <div class="notice" role="alert">
        <p>{loadProblem.value.sentence}</p>
        {loadProblem.value.retryable && (
          <button type="button" onClick={() => (olderCursor.value ? loadMore() : loadFirst())}>
            {words.value.actions.tryAgain}
          </button>
        )}
      </div>
    );
  }
  if (loading.value) return <p class="hint">{words.value.shell.loading}</p>;
  if (olderCursor.value || imageList.value.images.length > rows.value) {
    return (
      <button type="button" class="wide" onClick={showMore}>
        {words.value.imageList.more}
      </button>
    );
  }
  return imageList.value.images.length === 0 ? <p class="hint">{words.value.imageList.none}</p> : null;
}

function showMore(): void {
  rows.value += pageOfRows;
  if (imageList.peek().images.length < rows.value) void loadMore();
}
