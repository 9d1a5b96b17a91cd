import { PixmillError } from "../errors.ts";
import type { Admission, MemoryNeed } from "../resize/process-image.ts";

interface Waiting extends MemoryNeed {
  readonly enter: () => void;
}

interface PutOff {
  readonly need: MemoryNeed;
  /** By `performance.now()`. */
  readonly since: number;
  times: number;
}

/**
 * The worker's memory budget (invariant 7): the sum of what is let in stays under `budget` bytes. Small pictures
 * flow past a big one that waits, but only a bounded number of times, so that the big one gets its turn. A picture
 * that exceeds the budget by itself can never fit and is refused with `image_too_large`; one that must run `alone`
 * shares with no other such picture.
 */
export class Capacity implements Admission {
  readonly #budget: number;
  readonly #waiting: Waiting[] = [];
  readonly #putOff = new Map<string, PutOff>();
  #used = 0;
  #aloneRunning = false;
  /** How often the first in line was passed by. */
  #passed = 0;

  constructor(budget: number) {
    this.#budget = budget;
  }

  /** Whether a large picture might have to wait: worth a look before one is claimed. */
  get isCrowded(): boolean {
    return this.#aloneRunning || this.#waiting.length > 0 || this.#used > this.#budget / 2;
  }

  /**
   * For how long the picture had better come again than wait here, in a hand that others could use; 0: let it come
   * in. The pauses grow, since many large pictures that come again and again are work of their own. A picture that
   * was put off for `putOffMs` waits in its hand, and so gets its turn. `undefined`: its need is not known.
   */
  putOffMs(imageId: string, need?: MemoryNeed): number | undefined {
    const now = performance.now();
    // Another worker may have taken it.
    for (const [id, { since }] of this.#putOff) if (now - since > 2 * putOffMs) this.#putOff.delete(id);
    const known = this.#putOff.get(imageId) ?? (need && { need, since: now, times: 0 });
    if (!known) return undefined;
    const { bytes } = known.need;
    if (bytes > this.#budget || this.#fits(known.need) || now - known.since >= putOffMs) {
      this.#putOff.delete(imageId);
      return 0;
    }
    this.#putOff.set(imageId, known);
    known.times += 1;
    return Math.min(maxPauseMs, minPauseMs * 2 ** (known.times - 1));
  }

  /** Bytes let in, of the budget. */
  get used(): number {
    return this.#used;
  }

  async admit(bytes: number, alone: boolean, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted();
    if (bytes > this.#budget) {
      const [needed, most] = [bytes, this.#budget].map((size) => Math.ceil(size / 1024 ** 2));
      throw new PixmillError("image_too_large", {
        detail: `Making these variants would need about ${needed} MB of memory; at most ${most} MB are given.`,
      });
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const waiting: Waiting = { bytes, alone, enter: resolve };
    this.#waiting.push(waiting);
    const leave = () => {
      const index = this.#waiting.indexOf(waiting);
      if (index >= 0) this.#waiting.splice(index, 1);
      reject(signal.reason);
      this.#letIn();
    };
    signal.addEventListener("abort", leave, { once: true });
    this.#letIn();
    await promise;
    signal.removeEventListener("abort", leave);
    let released = false;
    return () => {
      if (released) return;
      released = true;
      this.#used -= bytes;
      if (alone) this.#aloneRunning = false;
      this.#letIn();
    };
  }

  #fits({ bytes, alone }: MemoryNeed): boolean {
    if (alone && this.#aloneRunning) return false;
    return this.#used + bytes <= this.#budget;
  }

  #letIn(): void {
    for (let index = 0; index < this.#waiting.length; ) {
      const candidate = this.#waiting[index];
      if (candidate && this.#fits(candidate) && (index === 0 || this.#passed < maxPassed)) {
        this.#passed = index === 0 ? 0 : this.#passed + 1;
        this.#waiting.splice(index, 1);
        this.#used += candidate.bytes;
        if (candidate.alone) this.#aloneRunning = true;
        candidate.enter();
      } else {
        index += 1;
      }
    }
  }
}

/** Until a picture that was put off comes again; small ones take less. Milliseconds. */
const minPauseMs = 500;
/** More would leave room unused that has become free. */
const maxPauseMs = 2_000;

/** For so long a picture that does not fit is put off, before it waits in a hand. Milliseconds. */
const putOffMs = 30_000;

/** After this many small pictures went past it, a big one that waits holds the door. */
const maxPassed = 100;
