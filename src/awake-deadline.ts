/** How often the time is taken, in milliseconds. */
const stepMs = 500;
/** What is always left after a pause: enough to hear an answer that came meanwhile. */
const hearingMs = 250;

/**
 * Calls `onLate` after `ms` milliseconds in which this process ran. When it was stopped meanwhile (SIGSTOP, a snapshot
 * of its machine), what it waits for was as well, or has long answered and was not heard: neither is its fault.
 * Returns what calls it off.
 */
export function awakeDeadline(ms: number, onLate: () => void): () => void {
  let leftMs = ms;
  let takenAt = performance.now();
  const arm = () => setTimeout(tick, Math.min(stepMs, leftMs));
  let timer = arm();
  function tick(): void {
    const passedMs = performance.now() - takenAt;
    takenAt += passedMs;
    // On a machine that is only busy a timer is late too, but by less.
    leftMs = passedMs > 3 * stepMs ? Math.max(hearingMs, leftMs - stepMs) : leftMs - passedMs;
    if (leftMs > 0) timer = arm();
    else onLate();
  }
  return () => clearTimeout(timer);
}
