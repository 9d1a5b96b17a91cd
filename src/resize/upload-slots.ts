import { PixmillError } from "../errors.ts";
import { type Level, level } from "./level.ts";

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
    const used = this.#taken / this.#most;
    const effect = "New uploads are refused until one under way has ended.";
    return level({ name: "uploads", used, limit: 1 }, effect, used >= 1);
  }
}
