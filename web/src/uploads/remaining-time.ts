/** Milliseconds that are looked back on: long enough to be calm, short enough to follow a line that changes. */
const windowMs = 20_000;
/** Less than this says nothing yet. */
const shortestMs = 2_000;

export interface Pace {
  /** Milliseconds until `all` is reached, given that `done` is now; `null` while nothing can be said. */
  remaining(done: number, all: number, now?: number): number | null;
  reset(): void;
}

/** Watches how fast work goes, in whatever unit, and says how long the rest of it takes at the present pace. */
export function createPace(): Pace {
  let seen: { at: number; done: number }[] = [];
  return {
    remaining(done, all, now = performance.now()) {
      const latest = seen.at(-1);
      // Work that was taken back, by a cancel or a retry, is not progress.
      if (latest && done < latest.done) seen = [];
      if (!latest || now - latest.at >= 250) seen.push({ at: now, done });
      while (seen.length > 2 && (seen[1]?.at ?? now) < now - windowMs) seen.shift();
      const [first] = seen;
      if (!first || now - first.at < shortestMs || done <= first.done) return null;
      return ((all - done) * (now - first.at)) / (done - first.done);
    },
    reset() {
      seen = [];
    },
  };
}
