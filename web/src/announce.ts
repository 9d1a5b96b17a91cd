import { signal } from "@preact/signals";
import type { Image } from "./api.ts";
import { count, formatBytes } from "./figures.ts";

/** What a screen reader is told next. */
export const announcement = signal("");

const gap = 1000;
let waiting: string[] = [];

/** Speaks one sentence; many within a second are told as their number, lest nobody can follow. */
export function announce(sentence: string): void {
  waiting.push(sentence);
  if (waiting.length > 1) return;
  setTimeout(() => {
    announcement.value =
      waiting.length <= 3 ? waiting.join(" ") : `${count(waiting.length, "image")} changed.`;
    waiting = [];
  }, gap);
}

/** The sentence for an image that became final. */
export function resultSentence(image: Image): string {
  if (image.status === "failed") return `${image.filename} failed. ${image.error?.message ?? ""}`.trim();
  if (image.status === "cancelled") return `${image.filename} is cancelled.`;
  const bytes = image.variants.find((variant) => variant.status === "ready")?.bytes;
  return `${image.filename} is done${bytes ? `, ${formatBytes(bytes)}` : ""}.`;
}
