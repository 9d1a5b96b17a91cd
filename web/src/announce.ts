import { signal } from "@preact/signals";
import type { Image } from "./api/call.ts";
import { formatBytes } from "./figures.ts";
import { words } from "./words.ts";

/** What a screen reader is told next. */
export const announcement = signal("");

const gap = 1000;
let waiting: string[] = [];

/** Speaks one sentence; many within a second are told as their number, lest nobody can follow. */
export function announce(sentence: string): void {
  waiting.push(sentence);
  if (waiting.length > 1) return;
  setTimeout(() => {
    announcement.value = waiting.length <= 3 ? waiting.join(" ") : words.value.news.changed(waiting.length);
    waiting = [];
  }, gap);
}

/** The sentence for an image that became final. */
export function resultSentence(image: Image): string {
  const { news } = words.value;
  if (image.status === "failed") return news.failed(image.filename, image.error?.message ?? "");
  if (image.status === "cancelled") return news.cancelled(image.filename);
  const bytes = image.variants.find((variant) => variant.status === "ready")?.bytes;
  return news.done(image.filename, bytes ? formatBytes(bytes) : null);
}
