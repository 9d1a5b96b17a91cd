import { backoffMs } from "../queue/backoff.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { deliver } from "./deliver.ts";
import type { NotifyDependencies } from "./dependencies.ts";

/** How often the catalog is asked for what is due, where nobody in this process knows of it. Milliseconds. */
const lookEveryMs = 700;
/** Past the deadline of an attempt (15 s) and the writing of what came of it. Milliseconds. */
const leaseMs = 25_000;
/** Attempts at once, of this process. */
const maxSending = 32;
/** Of them, to one origin: a receiver that hangs keeps that many hands and no more. */
const maxSendingToOne = 4;

/**
 * Sends webhooks that are due, from the catalog, which is the record: whoever finds one first leases it. Every worker
 * has one.
 */
export class Courier {
  readonly #dependencies: NotifyDependencies;
  readonly #warn: (error: unknown) => void;
  readonly #stopping = new AbortController();
  /** How many attempts are under way to each receiver. */
  readonly #sending = new Map<string, number>();
  readonly #attempts = new Set<Promise<void>>();
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;
  #lookAgain = false;
  #quiet = false;
  #failures = 0;

  constructor(dependencies: NotifyDependencies) {
    this.#dependencies = dependencies;
    this.#warn = throttledWarning(dependencies.logger, "webhooks wait: the catalog could not be asked");
    this.wake();
  }

  /** Something may be due: an image or a batch of this process has ended. Free to call at any time. */
  wake(): void {
    if (this.#quiet) return;
    if (this.#looking) {
      this.#lookAgain = true;
      return;
    }
    clearTimeout(this.#timer);
    this.#looking = this.#look().finally(() => {
      this.#looking = undefined;
      if (this.#lookAgain) {
        this.#lookAgain = false;
        this.wake();
      } else this.#rest();
    });
  }

  /** Sends nothing new. */
  quiet(): void {
    this.#quiet = true;
    clearTimeout(this.#timer);
  }

  /** Waits for what is being sent; after `graceMs` gives it back. */
  async stop(graceMs: number): Promise<void> {
    this.quiet();
    const cut = setTimeout(() => this.#stopping.abort(), graceMs);
    await this.#looking;
    await Promise.all(this.#attempts);
    clearTimeout(cut);
  }

  #rest(): void {
    if (this.#quiet) return;
    // After failures, later with each: a catalog that is away is not asked every moment.
    const ms = this.#failures === 0 ? lookEveryMs * (0.9 + Math.random() * 0.2) : backoffMs(this.#failures);
    this.#timer = setTimeout(() => this.wake(), ms).unref();
  }

  async #look(): Promise<void> {
    try {
      while (!this.#quiet && this.#attempts.size < maxSending) if (!(await this.#takeSome())) break;
      this.#failures = 0;
    } catch (error) {
      this.#failures += 1;
      this.#warn(error);
    }
  }

  /** Begins with what is due and has a free hand. `false`: there is nothing more to begin with. */
  async #takeSome(): Promise<boolean> {
    const { deliveries } = this.#dependencies.catalog;
    const busy = [...this.#sending].filter(([, count]) => count >= maxSendingToOne).map(([name]) => name);
    const due = await deliveries.due({ limit: maxSending, except: busy });
    for (const candidate of due) {
      if (this.#quiet || this.#attempts.size >= maxSending) return false;
      const count = this.#sending.get(candidate.receiver) ?? 0;
      if (count >= maxSendingToOne) continue;
      const delivery = await deliveries.claim(candidate, leaseMs);
      if (delivery) this.#send(delivery);
    }
    return due.length > 0;
  }

  #send(delivery: Parameters<typeof deliver>[1]): void {
    const { receiver } = delivery;
    this.#sending.set(receiver, (this.#sending.get(receiver) ?? 0) + 1);
    const attempt = deliver(this.#dependencies, delivery, this.#stopping.signal)
      // The catalog could not take what came of it: the lease runs out, and it is sent again.
      .catch(this.#warn)
      .finally(() => {
        const left = (this.#sending.get(receiver) ?? 1) - 1;
        if (left > 0) this.#sending.set(receiver, left);
        else this.#sending.delete(receiver);
        this.#attempts.delete(attempt);
        this.wake();
      });
    this.#attempts.add(attempt);
  }
}
