const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/**
 * How long to wait after the first, second … attempt that was not acknowledged, in milliseconds. Each is made up to a
 * tenth longer by chance, so that what failed together does not come back together. docs/webhooks.md shows them.
 */
export const retryDelays: readonly number[] = [
  5 * second,
  30 * second,
  2 * minute,
  10 * minute,
  30 * minute,
  hour,
  2 * hour,
  4 * hour,
  6 * hour,
  8 * hour,
];
const jitter = 0.1;
/** No attempt begins later than this after the first was due. */
const windowMs = 24 * hour;

interface Waiting {
  /** Attempts since the delivery became pending, the one that has just failed among them. */
  readonly tries: number;
  /** Milliseconds since it became pending. */
  readonly ageMs: number;
  /** What the receiver asked for with `Retry-After`. */
  readonly askedMs?: number | undefined;
}

/** When to try again, in milliseconds from now, never before the receiver wants it; `undefined`: no more. */
export function retryDelay({ tries, ageMs, askedMs = 0 }: Waiting): number | undefined {
  const delay = retryDelays[tries - 1];
  if (delay === undefined) return undefined;
  const waiting = Math.round(Math.max(delay, askedMs) * (1 + Math.random() * jitter));
  return ageMs + waiting > windowMs ? undefined : waiting;
}
