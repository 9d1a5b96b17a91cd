import { PixmillError } from "../errors.ts";
import type { Admission } from "../resize/process-image.ts";

interface Waiting {
  readonly bytes: number;
  readonly alone: boolean;
  readonly enter: () => void;
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
  /** Images that were put off, and since when. */
  readonly #putOff = new Map<string, number>();
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
   * Whether the picture had better come again in a while: it would have to wait here, in a hand that others could
   * use. A picture that was put off for `putOffMs` waits in its hand, and so gets its turn.
   */
  putsOff(imageId: string, bytes: number, alone: boolean): boolean {
    const now = performance.now();
    for (const [id, since] of this.#putOff) if (now - since > 2 * putOffMs) this.#putOff.delete(id);
    if (bytes > this.#budget || this.#fits({ bytes, alone })) return false;
    const since = this.#putOff.get(imageId) ?? now;
    this.#putOff.set(imageId, since);
    return now - since < putOffMs;
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

  #fits({ bytes, alone }: Pick<Waiting, "bytes" | "alone">): boolean {
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

/** For so long a picture that does not fit is put off, before it waits in a hand. Milliseconds. */
const putOffMs = 30_000;

/** After this many small pictures went past it, a big one that waits holds the door. */
const maxPassed = 100;
