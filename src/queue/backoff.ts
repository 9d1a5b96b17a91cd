/**
 * How long to wait before try number `attempt` (1 is the first retry), in milliseconds: exponential with full
 * jitter, so that what failed together does not come back together.
 */
export function backoffMs(attempt: number, options: { baseMs?: number; capMs?: number } = {}): number {
  const { baseMs = 500, capMs = 30_000 } = options;
  const ceiling = Math.min(capMs, baseMs * 2 ** Math.min(attempt - 1, 16));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}
