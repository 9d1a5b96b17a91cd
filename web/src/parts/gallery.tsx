import "./gallery.css";
import { type Signal, useComputed, useSignal } from "@preact/signals";
import { For } from "@preact/signals/utils";
import { useEffect, useRef } from "preact/hooks";
import type { ImagePages } from "../live/image-pages.ts";
import { leftAt } from "../live/last-list.ts";
import { words } from "../words.ts";
import { GalleryTile } from "./gallery-tile.tsx";
import { TroubleNotice } from "./trouble-notice.tsx";
import { useLastList } from "./use-last-list.ts";

/** Tiles that are there before one scrolls for more: thousands of known images are not thousands of tiles. */
const step = 120;

/** Images as pictures, newest first; older ones come as one scrolls towards them. */
export function Gallery({ pages }: { pages: ImagePages }) {
  // Who comes back to the middle of it finds the tiles down to there.
  const limit = useSignal(leftAt() > 0 ? Math.max(step, pages.images.peek().length) : step);
  const shown = useComputed(() => pages.images.value.slice(0, limit.value));
  const isEmpty = pages.images.value.length === 0;
  useLastList(() => pages.images.peek().map(({ id }) => id));
  return (
    <>
      <ul class="gallery" aria-busy={pages.loading.value}>
        <For each={shown} getKey={(image) => image.id}>
          {(image) => <GalleryTile image={image} />}
        </For>
      </ul>
      <TroubleNotice trouble={pages.trouble.value} onAgain={() => void pages.refresh()} />
      {isEmpty && !pages.loading.value && !pages.trouble.value && (
        <p class="hint">{words.value.imageList.none}</p>
      )}
      <Older pages={pages} limit={limit} />
    </>
  );
}

/** Asks for more when it comes near; as a button it is there for the keyboard too. */
function Older({ pages, limit }: { pages: ImagePages; limit: Signal<number> }) {
  const button = useRef<HTMLButtonElement>(null);
  const known = pages.images.value.length;
  const isHiding = limit.value < known;
  const hasMore = isHiding || pages.hasMore.value;
  const more = () => {
    if (!isHiding) void pages.more();
    else limit.value += step;
  };
  useEffect(() => {
    if (!button.current) return;
    const observer = new IntersectionObserver(
      (entries) => {
        const isNear = entries.some(({ isIntersecting }) => isIntersecting);
        // What failed is tried again by a person.
        if (isNear && !pages.trouble.peek()) more();
      },
      { rootMargin: "400px" },
    );
    observer.observe(button.current);
    return () => observer.disconnect();
    // Looked at anew after each step that brought something: the button may still be near.
  }, [hasMore, Math.min(limit.value, known), pages.loading.value]);
  if (!hasMore) return null;
  return (
    <button ref={button} type="button" class="wide" onClick={more}>
      {pages.loading.value ? words.value.shell.loading : words.value.imageList.more}
    </button>
  );
}
