import { setTimeout as sleep } from "node:timers/promises";
import type { Consumer } from "./job-queue.ts";

interface EmbeddedConsumerOptions<E> {
  readonly concurrency: number;
  /** The next entry, or nothing for now; `wake` is called when that changes. */
  readonly take: () => E | undefined;
  readonly run: (entry: E, signal: AbortSignal) => Promise<void>;
  readonly closed: () => void;
}

/** Keeps `concurrency` handlers busy while there is work. */
export class EmbeddedConsumer<E = unknown> implements Consumer {
  readonly #options: EmbeddedConsumerOptions<E>;
  readonly #running = new Set<Promise<void>>();
  readonly #abort = new AbortController();
  #paused = false;

  constructor(options: EmbeddedConsumerOptions<E>) {
    this.#options = options;
  }

  wake(): void {
    while (!this.#paused && this.#running.size < this.#options.concurrency) {
      const entry = this.#options.take();
      if (entry === undefined) return;
      const run = this.#options.run(entry, this.#abort.signal).finally(() => {
        this.#running.delete(run);
        this.wake();
      });
      this.#running.add(run);
    }
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.wake();
  }

  async close(graceMs: number): Promise<void> {
    this.#paused = true;
    const timer = new AbortController();
    const grace = sleep(graceMs, undefined, { signal: timer.signal }).catch(() => {});
    await Promise.race([this.#settled(), grace]);
    timer.abort();
    this.#abort.abort(new Error("The worker is stopping."));
    await this.#settled();
    this.#options.closed();
  }

  async #settled(): Promise<void> {
    await Promise.allSettled(this.#running);
  }
}
