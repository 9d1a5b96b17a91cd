interface Mark {
  readonly at: number;
  readonly ended: number;
}

/** What can honestly be said of the time that a batch still takes. Times are milliseconds. */
export type Estimate =
  | { readonly kind: "unknown" }
  /** Nothing has ended for so long, though something could have. */
  | { readonly kind: "stalled"; readonly forMs: number }
  | { readonly kind: "between"; readonly fromMs: number; readonly toMs: number };

/** Before so many images have ended, over so long a time, any figure would be a guess. */
const fewest = 5;
const shortestMs = 3_000;
const recentMs = 20_000;
const keptMs = 180_000;
const stalledMs = 20_000;

/**
 * How fast images of a batch have ended while somebody looked. The near past and the longer one seldom agree: the
 * answer is the span between them, not a second that nobody can know.
 */
export class Pace {
  #marks: Mark[] = [];

  /** `ended`: how many were final at the moment `at`. Every mark is kept for a while: once a second is enough. */
  note(ended: number, at: number): void {
    // Tried again: what was counted is open once more.
    if (ended < (this.#marks.at(-1)?.ended ?? 0)) this.#marks = [];
    this.#marks.push({ at, ended });
    while ((this.#marks[0]?.at ?? at) < at - keptMs) this.#marks.shift();
  }

  estimate(left: number, now: number): Estimate {
    const [first] = this.#marks;
    const last = this.#marks.at(-1);
    if (!first || !last || left <= 0) return { kind: "unknown" };
    const lastEnd = this.#marks.find(({ ended }) => ended === last.ended) ?? last;
    const quiet = now - lastEnd.at;
    const long = rate(first, last, now);
    const usual = long > 0 ? 1 / long : 0;
    if (quiet > Math.max(stalledMs, 5 * usual)) return { kind: "stalled", forMs: quiet };
    if (last.ended - first.ended < fewest || now - first.at < shortestMs) return { kind: "unknown" };
    const from = this.#marks.find(({ at }) => at >= now - recentMs) ?? first;
    const short = rate(from, last, now);
    const rates = [long, short].filter((one) => one > 0);
    return { kind: "between", fromMs: left / Math.max(...rates), toMs: left / Math.min(...rates) };
  }
}

/** Images a millisecond. */
function rate(from: Mark, to: Mark, now: number): number {
  return (to.ended - from.ended) / Math.max(now - from.at, 1);
}
