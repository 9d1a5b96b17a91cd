import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "../logger.ts";
import { backoffMs } from "../queue/backoff.ts";
import { throttledWarning } from "../throttled-warning.ts";

const capMs = 10_000;

/**
 * Keeps the hands of a worker still while what it stands on is away. Without it, a catalog that refuses in a
 * millisecond would be asked for the claim of one job after the other, a thousand times a second.
 */
export class Outage {
  readonly #warn: (error: unknown) => void;
  #failures = 0;

  constructor(logger: Logger) {
    this.#warn = throttledWarning(logger, "jobs wait: an attempt could not be settled");
  }

  /** An attempt came to an end, whatever it was. */
  over(): void {
    this.#failures = 0;
  }

  /** Resolves when it is worth trying again, later with every failure in a row. */
  async wait(error: unknown, signal: AbortSignal): Promise<void> {
    this.#failures += 1;
    this.#warn(error);
    await sleep(backoffMs(this.#failures, { capMs }), undefined, { signal, ref: false }).catch(() => {});
  }
}
