interface Sample {
  readonly second: number;
  readonly value: number;
}

/** Of the normal distribution: 95 in 100 lie between. */
const z = 1.96;

/**
 * The smallest value of each of so many stretches of time: what a process holds between two garbage collections comes
 * and goes, what it cannot give back is in the lowest of them.
 */
export function floors(samples: readonly Sample[], stretches: number): Sample[] {
  const size = Math.max(1, Math.ceil(samples.length / stretches));
  const parts = Array.from({ length: Math.ceil(samples.length / size) }, (_, index) =>
    samples.slice(index * size, (index + 1) * size),
  );
  return parts.map((part) => part.reduce((lowest, one) => (one.value < lowest.value ? one : lowest)));
}

/**
 * How fast the values rise, a second: the median of the slopes between all pairs, which a few outliers do not move,
 * and the lower end of its 95 % interval (P. K. Sen, 1968): below it noise alone explains the rise.
 */
export function trend(samples: readonly Sample[]): { readonly slope: number; readonly atLeast: number } {
  const slopes = samples
    .flatMap((later, at) =>
      samples.slice(0, at).map((earlier) => (later.value - earlier.value) / (later.second - earlier.second)),
    )
    .sort((a, b) => a - b);
  const n = samples.length;
  const spread = z * Math.sqrt((n * (n - 1) * (2 * n + 5)) / 18);
  const pick = (at: number) => slopes[Math.min(slopes.length - 1, Math.max(0, Math.floor(at)))] ?? 0;
  return { slope: pick(slopes.length / 2), atLeast: pick((slopes.length - spread) / 2) };
}
