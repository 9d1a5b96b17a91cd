import type { PoolClient } from "pg";

/**
 * When each connection was last known to live. Where one was lost without a word, those that have been silent since
 * before are lost as well: else each of them would cost somebody the time that it takes to find out.
 */
export class LastAnswers {
  readonly #cameAt = new WeakMap<PoolClient, number>();
  #suspectBefore = Number.NEGATIVE_INFINITY;

  came(client: PoolClient): void {
    this.#cameAt.set(client, performance.now());
  }

  /** By `performance.now()`. */
  lostOneSilentSince(time: number): void {
    this.#suspectBefore = Math.max(this.#suspectBefore, time);
  }

  areTrusted(client: PoolClient): boolean {
    return (this.#cameAt.get(client) ?? 0) >= this.#suspectBefore;
  }
}
