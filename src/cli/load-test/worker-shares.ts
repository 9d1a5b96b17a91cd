const barLength = 20;

export interface WorkerShare {
  readonly name: string;
  /** Images that it made. */
  readonly images: number;
  /** Of all that were made; from 0 to 1. */
  readonly share: number;
}

/**
 * Who made how many, sorted by name as people count (`worker-2` before `worker-10`). Workers of whom it is known
 * that they live are listed even when they made nothing.
 */
export function workerShares(makers: readonly string[], living: readonly string[]): WorkerShare[] {
  const images = new Map(living.map((name) => [name, 0]));
  for (const name of makers) images.set(name, (images.get(name) ?? 0) + 1);
  return [...images]
    .map(([name, made]) => ({ name, images: made, share: made / Math.max(1, makers.length) }))
    .toSorted((a, b) => a.name.localeCompare(b.name, "en", { numeric: true }));
}

/** A line for each; the longest bar is the worker that made most. */
export function shareLines(shares: readonly WorkerShare[]): string[] {
  const most = Math.max(1, ...shares.map(({ images }) => images));
  const nameLength = Math.max(0, ...shares.map(({ name }) => name.length));
  const countLength = String(most).length;
  return shares.map(({ name, images, share }) => {
    const length = images === 0 ? 0 : Math.max(1, Math.round((images / most) * barLength));
    const count = String(images).padStart(countLength);
    return `${name.padEnd(nameLength)}  ${"█".repeat(length).padEnd(barLength)}  ${count} (${Math.round(share * 100)} %)`;
  });
}
