import { effect } from "@preact/signals";
import { announce } from "../announce.ts";
import type { Image } from "../api/call.ts";
import { reasonOf } from "../api/reason.ts";
import { formatBytes } from "../figures.ts";
import { words } from "../words.ts";
import { newlyFinal } from "./image-list.ts";
import type { ImagePages } from "./image-pages.ts";
import { isFinal } from "./image-state.ts";

/** Ids of images that were made here and were not seen yet. */
const awaited = new Set<string>();
let shown: readonly Image[] = [];

/** An image was made here: whatever it is when it is first seen is news. */
export function awaitImage(id: string): void {
  const known = shown.find((image) => image.id === id);
  if (!known) awaited.add(id);
  else if (isFinal(known.status)) announce(resultSentence(known), words.peek().news.changed);
}

/** Speaks of images that become final. Returns the way to stop. */
export function tellNews(pages: ImagePages): () => void {
  shown = [];
  return effect(() => {
    const before = shown;
    shown = pages.images.value;
    const { changed } = words.peek().news;
    for (const image of newlyFinal(before, shown, awaited)) announce(resultSentence(image), changed);
    for (const { id } of awaited.size > 0 ? shown : []) awaited.delete(id);
  });
}

/** The sentence for an image that became final. */
function resultSentence(image: Image): string {
  const { news } = words.peek();
  if (image.status === "failed")
    return news.failed(image.filename, image.error ? `${reasonOf(image.error)}.` : "");
  if (image.status === "cancelled") return news.cancelled(image.filename);
  const bytes = image.variants.find((variant) => variant.status === "ready")?.bytes;
  return news.done(image.filename, bytes ? formatBytes(bytes) : null);
}
