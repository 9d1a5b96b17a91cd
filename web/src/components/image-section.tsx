import { For } from "@preact/signals/utils";
import { count } from "../figures.ts";
import { imageList, unfinished } from "../image-list.ts";
import { loadFirst, loading, loadMore, loadProblem, olderCursor } from "../load.ts";
import { scope } from "../scope.ts";
import { ImageRow } from "./image-row.tsx";

const titles = { all: "Images", batch: "One batch", image: "One image" } as const;

/** The images of the service, or of the one batch that the address names. */
export function ImageSection() {
  const { images } = imageList.value;
  const { kind } = scope.value;
  if (images.length === 0 && kind === "all" && !loading.value && !loadProblem.value) return null;
  return (
    <section aria-labelledby="images-title" aria-busy={loading.value}>
      <div class="section-head">
        <h2 id="images-title" tabIndex={-1}>
          {titles[kind]}
        </h2>
        <Tally />
        {kind !== "all" && <a href="./">All images</a>}
      </div>
      <ul class="rows">
        <For each={() => imageList.value.images} getKey={(image) => image.id}>
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
  const failed = images.filter((image) => image.status === "failed").length;
  const parts = [
    unfinished.value.length > 0 && `${unfinished.value.length} in work`,
    failed > 0 && `${failed} failed`,
  ].filter((part) => part !== false);
  return <p class="hint">{[`${count(images.length, "image")} shown`, ...parts].join(", ")}</p>;
}

/** What stands below the last row: older ones to load, the reason why none came, or that there is none. */
function Ending() {
  if (loadProblem.value) {
    return (
      <div class="notice" role="alert">
        <p>{loadProblem.value.sentence}</p>
        {loadProblem.value.retryable && (
          <button type="button" onClick={() => (olderCursor.value ? loadMore() : loadFirst())}>
            Try again
          </button>
        )}
      </div>
    );
  }
  if (loading.value) return <p class="hint">Loading…</p>;
  if (olderCursor.value) {
    return (
      <button type="button" class="wide" onClick={() => loadMore()}>
        Load more
      </button>
    );
  }
  return imageList.value.images.length === 0 ? <p class="hint">There are no images here.</p> : null;
}
