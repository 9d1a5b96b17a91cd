import { effect, type Signal, signal } from "@preact/signals";
import { locked } from "../api/call.ts";
import { follow, liveState } from "./events.ts";
import { ImagePages } from "./image-pages.ts";
import { tellNews } from "./news.ts";
import { filterOf, scope } from "./scope.ts";

const pageSize = 24;
/** Milliseconds. While the stream flows a look only guards against what it may have missed. */
const lookBesideStream = 15_000;
const lookWithoutStream = 3_000;

/** The images of the scope that the address names. They outlive their view: what is sent is told of in every one. */
export const shownImages: Signal<ImagePages> = signal(new ImagePages({}, pageSize));

/** Keeps them true. Runs as long as the page. */
export function watch(): void {
  follow((events) => shownImages.peek().hear(events));
  effect(() => {
    const pages = new ImagePages(filterOf(scope.value), pageSize);
    shownImages.value = pages;
    // Whoever has no key sees no image, not even for a moment.
    if (locked.value) return;
    const end = tellNews(pages);
    void pages.refresh();
    return () => {
      end();
      pages.close();
    };
  });
  effect(() => {
    if (locked.value || liveState.value === "quiet") return;
    const flows = liveState.value === "open";
    const timer = setInterval(
      () => {
        const pages = shownImages.peek();
        if (!flows || pages.unfinished.peek() > 0) void pages.look();
      },
      flows ? lookBesideStream : lookWithoutStream,
    );
    return () => clearInterval(timer);
  });
}
