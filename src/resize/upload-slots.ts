import { PixmillError } from "../errors.ts";
import type { Level } from "./pressure.ts";

/** Seconds, for `Retry-After`: most uploads take less. */
const retryAfter = 2;

/** Uploads whose bytes are coming. Each holds some memory, however slowly they come, so there is an end to them. */
export class UploadSlots {
  readonly #most: number;
  #taken = 0;

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws `overloaded` when there are too many. Call the answer when the bytes are here, or will not come. */
  take(): () => void {
    if (this.#taken >= this.#most) {
      throw new PixmillError("overloaded", { detail: "Too many uploads are under way.", retryAfter });
    }
    this.#taken += 1;
    let isHeld = true;
    return () => {
      if (isHeld) this.#taken -= 1;
      isHeld = false;
    };
  }

  level(): Level {
    const isFull = this.#taken >= this.#most;
    const used = Math.round((this.#taken / this.#most) * 1_000) / 1_000;
    return {
      name: "uploads",
      used,
      limit: 1,
      effect: isFull ? "New uploads are refused until one under way has ended." : null,
    };
  }
}
