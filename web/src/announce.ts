import { signal } from "@preact/signals";
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
