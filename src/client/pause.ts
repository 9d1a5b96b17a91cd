/** Rejects with the signal's reason when that aborts. */
export function pause(ms: number, signal?: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** Milliseconds before further try `tries`: twice as long each time, with jitter, at most `capMs`. */
export function backoff(tries: number, capMs: number): number {
  const ceiling = Math.min(capMs, 250 * 2 ** Math.min(tries, 16));
  return ceiling / 2 + (Math.random() * ceiling) / 2;
}
