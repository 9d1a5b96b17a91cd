import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import { backoffMs } from "../queue/backoff.ts";
import { throttledWarning } from "../throttled-warning.ts";

interface OutageOptions {
  /** For the log: what could not be done, that jobs wait. */
  readonly what?: string;
  /** Failures in a row that are not waited after: they may be of single images. As many more wait equally long. */
  readonly tolerated?: number;
  /** The longest wait, in milliseconds. */
  readonly capMs?: number;
}

/**
 * Keeps the hands of a worker still while what it stands on is away. Without it, a catalog that refuses in a
 * millisecond would be asked for the claim of one job after the other, a thousand times a second; and a worker that
 * alone is ill, with a disk that is gone or no descriptors left, would fail the images sooner than others make them.
 */
export class Outage {
  readonly #warn: (error: unknown) => void;
  readonly #tolerated: number;
  readonly #capMs: number;
  #failures = 0;
  #lasts = new AbortController();

  constructor(
    logger: Logger,
    { what = "an attempt could not be settled", tolerated = 0, capMs = 10_000 }: OutageOptions = {},
  ) {
    this.#warn = throttledWarning(logger, `jobs wait: ${what}`);
    this.#tolerated = tolerated;
    this.#capMs = capMs;
  }

  /** An attempt came to its end: nobody waits any more. */
  over(): void {
    if (this.#failures === 0) return;
    this.#failures = 0;
    this.#lasts.abort();
    this.#lasts = new AbortController();
  }

  /** Resolves when it is worth trying again, later with every failure in a row. */
  async wait(error: unknown, stop: AbortSignal): Promise<void> {
    this.#failures += 1;
    const inARow = this.#failures - this.#tolerated;
    if (inARow <= 0) return;
    this.#warn(error);
    const pauseMs = backoffMs(Math.ceil(inARow / Math.max(1, this.#tolerated)), { capMs: this.#capMs });
    const signal = AbortSignal.any([stop, this.#lasts.signal]);
    await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => {});
  }
}
