import type { Logger } from "../logger.ts";

/** What the watchdog sees of a consumer, and what it may do to it. */
export interface WatchedConsumer {
  /** Jobs taken since the start. */
  readonly taken: number;
  /** More jobs that it could take now; 0 while it is paused. */
  readonly freeHands: number;
  /** Jobs that are ready for anybody. Rejects while there is no live connection. */
  waiting(): Promise<number>;
  rebuild(): void;
}

export interface WatchdogTimings {
  /** Between two looks, in milliseconds. */
  readonly everyMs: number;
  /** How long jobs may wait beside free hands, in milliseconds. */
  readonly stuckAfterMs: number;
}

export const watchdogTimings: WatchdogTimings = { everyMs: 5_000, stuckAfterMs: 30_000 };

/**
 * Invariant 8: a consumer that sees waiting jobs and a live connection and takes none, though it has free hands, is
 * built anew; when that does not help either, `onWedged` is called, once, and the process should end itself for its
 * supervisor to start a new one.
 */
export class ConsumerWatchdog {
  readonly #consumer: WatchedConsumer;
  readonly #timings: WatchdogTimings;
  readonly #logger: Logger;
  readonly #onWedged: () => void;
  #timer: NodeJS.Timeout | undefined;
  #taken = 0;
  #stuckSince: number | undefined;
  #rebuilt = false;

  constructor(
    consumer: WatchedConsumer,
    options: { timings: WatchdogTimings; logger: Logger; onWedged: () => void },
  ) {
    this.#consumer = consumer;
    this.#timings = options.timings;
    this.#logger = options.logger;
    this.#onWedged = options.onWedged;
  }

  start(): void {
    this.#timer = setInterval(() => void this.look(), this.#timings.everyMs).unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  async look(): Promise<void> {
    const waiting = await this.#consumer.waiting().catch(() => 0); // an outage is not a wedge
    const { taken, freeHands } = this.#consumer;
    if (taken !== this.#taken) this.#rebuilt = false;
    if (taken !== this.#taken || waiting === 0 || freeHands === 0) {
      this.#taken = taken;
      this.#stuckSince = undefined;
      return;
    }
    const now = performance.now();
    this.#stuckSince ??= now;
    if (now - this.#stuckSince >= this.#timings.stuckAfterMs) this.#act(waiting, now);
  }

  #act(waiting: number, now: number): void {
    if (this.#rebuilt) {
      this.stop();
      this.#logger.fatal({ waiting }, "the new consumer takes no jobs either");
      this.#onWedged();
      return;
    }
    this.#logger.error({ waiting }, "jobs wait, hands are free and none is taken: building a new consumer");
    this.#rebuilt = true;
    this.#stuckSince = now;
    this.#consumer.rebuild();
  }
}
