import { signal } from "@preact/signals";

/** What a screen reader is told next. The same words can be news again: `turn` tells them apart. */
export const announcement = signal({ text: "", turn: 0 });

/** Sentences of one kind that are told one by one; more are told as their number. */
const few = 3;
const gapMs = 1000;

type Summary = (number: number) => string;

interface News {
  readonly sentence: string;
  readonly many: Summary | undefined;
}

let waiting: News[] = [];

/** Speaks one sentence. `many` says what several of its kind within a second are, lest nobody can follow. */
export function announce(sentence: string, many?: Summary): void {
  waiting.push({ sentence, many });
  if (waiting.length === 1) setTimeout(tell, gapMs);
}

/** What was said, or was about to be, is for the one who is leaving alone. */
export function hush(): void {
  waiting = [];
  announcement.value = { text: "", turn: announcement.peek().turn + 1 };
}

function tell(): void {
  const text = together(waiting);
  waiting = [];
  if (text) announcement.value = { text, turn: announcement.peek().turn + 1 };
}

/** Sentences in their order; those of a kind that are too many stand as one, where the first of them was. */
export function together(news: readonly News[]): string {
  const counts = new Map<Summary | undefined, number>();
  for (const { many } of news) counts.set(many, (counts.get(many) ?? 0) + 1);
  const told = new Set<Summary>();
  return news
    .flatMap(({ sentence, many }) => {
      const number = counts.get(many) ?? 0;
      if (!many || number <= few) return [sentence];
      if (told.has(many)) return [];
      told.add(many);
      return [many(number)];
    })
    .join(" ");
}
