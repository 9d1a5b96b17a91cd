import type { Redis } from "ioredis";
import { turnGrain } from "./job-queue.ts";

/** BullMQ's range is 1 … 2^21-1, smaller first; its 0 means "none" and would run before all. */
export const priorityLimit = 2 ** 21 - 1;
/** Room for turns that are smaller than the first that came, in steps of the range. */
const roomBefore = 2 ** 17;

/**
 * Fits turns, which grow for ever, into the range: nine hours of work of each batch, counted from a base in Redis. What
 * lies behind it waits in the catalog; when all that the queue held is done, the base moves on. It moves back when
 * turns do, after the batches that had come farthest were deleted and forgotten. The base is never moved under jobs
 * that Redis holds, whose order it would break.
 */
export class TurnRange {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #isEmpty: () => Promise<boolean>;

  constructor(redis: Redis, key: string, isEmpty: () => Promise<boolean>) {
    this.#redis = redis;
    this.#key = key;
    this.#isEmpty = isEmpty;
  }

  /** BullMQ's priority for this turn; `undefined`: not now, it lies behind the range. */
  async place(turn: number): Promise<number | undefined> {
    const first = Math.floor(turn / turnGrain) - roomBefore;
    const base = await this.#base(first);
    const place = placeFrom(base, turn);
    if (place >= 1 && place <= priorityLimit) return place;
    if (!(await this.#isEmpty())) return place < 1 ? 1 : undefined;
    await this.#redis.set(this.#key, first);
    return placeFrom(first, turn);
  }

  /** Where the range begins: as it was set by whoever came first, which may be this one. */
  async #base(first: number): Promise<number> {
    const known = await this.#redis.get(this.#key);
    if (known !== null) return Number(known);
    await this.#redis.set(this.#key, first, "NX");
    return Number((await this.#redis.get(this.#key)) ?? first);
  }
}

function placeFrom(base: number, turn: number): number {
  return Math.floor(turn / turnGrain) - base;
}
