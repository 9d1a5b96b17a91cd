/** Milliseconds until the page may answer its person again. */
const sliceMs = 8;

/**
 * For long work: to be awaited between its pieces. It waits for nothing until the work has had its slice of time, and
 * then for the page to have had its turn.
 */
export function timeSlices(): () => Promise<void> {
  let sliceEnd = performance.now() + sliceMs;
  return async () => {
    if (performance.now() < sliceEnd) return;
    await new Promise((resolve) => setTimeout(resolve));
    sliceEnd = performance.now() + sliceMs;
  };
}
