import type { Redis } from "ioredis";
import { memoryOf } from "./redis-memory.ts";

/** How old the count may be, in milliseconds. */
const freshMs = 1_000;
/** Above this part of `maxmemory` no new job is taken: at the limit, workers cannot even finish jobs. */
const memoryShare = 0.8;

/** What is kept for urgent jobs above the window: a tenth, and at least one. */
export function windowFor(size: number, urgent = false): number {
  return urgent ? size + Math.ceil(size / 10) : size;
}

interface QueueWindowOptions {
  readonly size: number;
  readonly redis: Redis;
  /** Jobs that wait, for a worker or for a time. */
  readonly held: () => Promise<number>;
}

/**
 * Says whether the queue may take one more job. The count is read at most once a second and the own jobs of that
 * second are added to it: with several processes the window may be passed by what the others added meanwhile, and
 * after a fast drain it may say full for a second too long. Both are harmless, since the catalog has the image.
 */
export class QueueWindow {
  readonly #options: QueueWindowOptions;
  #held = 0;
  #memoryIsShort = false;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;

  constructor(options: QueueWindowOptions) {
    this.#options = options;
  }

  async isFull(urgent?: boolean): Promise<boolean> {
    if (performance.now() - this.#readAt > freshMs) {
      this.#reading ??= this.#read().finally(() => {
        this.#reading = undefined;
      });
      await this.#reading;
    }
    return this.#memoryIsShort || this.#held >= windowFor(this.#options.size, urgent);
  }

  added(): void {
    this.#held += 1;
  }

  async #read(): Promise<void> {
    const [held, memory] = await Promise.all([this.#options.held(), memoryOf(this.#options.redis)]);
    this.#held = held;
    this.#memoryIsShort = memory.limit > 0 && memory.used > memoryShare * memory.limit;
    this.#readAt = performance.now();
  }
}
