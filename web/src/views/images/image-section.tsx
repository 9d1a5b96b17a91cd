import { signal } from "@preact/signals";
import { For } from "@preact/signals/utils";
import { useEffect } from "preact/hooks";
import { hrefOf } from "../../address.ts";
import type { ImagePages } from "../../live/image-pages.ts";
import { scope } from "../../live/scope.ts";
import { shownImages } from "../../live/shown-images.ts";
import { TroubleNotice } from "../../parts/trouble-notice.tsx";
import { useLastList } from "../../parts/use-last-list.ts";
import { words } from "../../words.ts";
import { ImageRow } from "./image-row.tsx";

/** Rows at first, and more with each wish: thousands at once would only slow the page. */
const pageOfRows = 24;
const rows = signal(pageOfRows);
let rowsOf: ImagePages | undefined;

/** The images of the service, or of the one batch that the address names. */
export function ImageSection() {
  const pages = shownImages.value;
  const shown = scope.value;
  useLastList(() =>
    shownImages
      .peek()
      .images.peek()
      .map(({ id }) => id),
  );
  const { kind } = shown;
  const isEmpty = pages.images.value.length === 0;
  useEffect(() => {
    if (rowsOf !== pages) rows.value = pageOfRows;
    rowsOf = pages;
    // No event tells what was deleted elsewhere.
    if (!pages.loading.peek()) void pages.look();
  }, [pages]);
  if (isEmpty && kind === "all" && !pages.loading.value && !pages.trouble.value) return null;
  return (
    <section aria-labelledby="images-title" aria-busy={pages.loading.value}>
      <div class="section-head">
        <h2 id="images-title" tabIndex={-1}>
          {words.value.imageList.titles[kind]}
        </h2>
        <Tally pages={pages} />
        {shown.kind === "batch" && (
          <a href={hrefOf("batches", { batch: shown.id })}>{words.value.batches.progress}</a>
        )}
        {kind !== "all" && <a href={hrefOf("images")}>{words.value.imageList.all}</a>}
      </div>
      <ul class="rows">
        <For each={() => shownImages.value.images.value.slice(0, rows.value)} getKey={(image) => image.id}>
          {(image) => <ImageRow image={image} />}
        </For>
      </ul>
      <Ending pages={pages} />
    </section>
  );
}

function Tally({ pages }: { pages: ImagePages }) {
  const images = pages.images.value;
  if (images.length === 0) return null;
  const sentences = words.value.imageList;
  const failed = images.filter((image) => image.status === "failed").length;
  const inWork = pages.unfinished.value;
  const parts = [inWork > 0 && sentences.inWork(inWork), failed > 0 && sentences.failed(failed)];
  return (
    <p class="hint">
      {[sentences.shown(images.length), ...parts.filter((part) => part !== false)].join(", ")}
    </p>
  );
}

/** What stands below the last row: older ones to load, the reason why none came, or that there is none. */
function Ending({ pages }: { pages: ImagePages }) {
  const known = pages.images.value.length;
  if (pages.trouble.value) {
    return <TroubleNotice trouble={pages.trouble.value} onAgain={() => void pages.refresh()} />;
  }
  if (pages.loading.value) return <p class="hint">{words.value.shell.loading}</p>;
  if (pages.hasMore.value || known > rows.value) {
    return (
      <button type="button" class="wide" onClick={() => showMore(pages)}>
        {words.value.imageList.more}
      </button>
    );
  }
  return known === 0 ? <p class="hint">{words.value.imageList.none}</p> : null;
}

function showMore(pages: ImagePages): void {
  rows.value += pageOfRows;
  if (pages.images.peek().length < rows.value) void pages.more();
}
