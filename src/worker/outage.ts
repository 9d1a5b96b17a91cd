import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import { backoffMs } from "../queue/backoff.ts";
import { throttledWarning } from "../throttled-warning.ts";

const capMs = 10_000;

interface OutageOptions {
  /** For the log: what could not be done, that jobs wait. */
  readonly what?: string;
  /** Failures in a row that are not waited after: they may be of single images. */
  readonly tolerated?: number;
}

/**
 * Keeps the hands of a worker still while what it stands on is away. Without it, a catalog that refuses in a
 * millisecond would be asked for the claim of one job after the other, a thousand times a second; and a worker that
 * alone is ill, with a disk that is gone or no descriptors left, would fail the images sooner than others make them.
 */
export class Outage {
  readonly #warn: (error: unknown) => void;
  readonly #tolerated: number;
  #failures = 0;

  constructor(
    logger: Logger,
    { what = "an attempt could not be settled", tolerated = 0 }: OutageOptions = {},
  ) {
    this.#warn = throttledWarning(logger, `jobs wait: ${what}`);
    this.#tolerated = tolerated;
  }

  /** An attempt came to its end. */
  over(): void {
    this.#failures = 0;
  }

  /** Resolves when it is worth trying again, later with every failure in a row. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    this.#failures += 1;
    const inARow = this.#failures - this.#tolerated;
    if (inARow <= 0) return;
    this.#warn(error);
    await sleep(backoffMs(inARow, { capMs }), undefined, { signal, ref: false }).catch(() => {});
  }
}
