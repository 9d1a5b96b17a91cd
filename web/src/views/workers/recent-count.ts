/** Counts what happened in each of the last seconds, in memory that does not grow. Times are milliseconds. */
export class RecentCount {
  readonly #counts: number[];
  readonly #seconds: number[];

  /** `seconds`: how far back it can be asked. */
  constructor(seconds: number) {
    this.#counts = new Array<number>(seconds).fill(0);
    this.#seconds = new Array<number>(seconds).fill(-1);
  }

  add(at: number): void {
    const second = Math.floor(at / 1000);
    const slot = second % this.#counts.length;
    if (this.#seconds[slot] !== second) this.#counts[slot] = 0;
    this.#seconds[slot] = second;
    this.#counts[slot] = (this.#counts[slot] ?? 0) + 1;
  }

  /** How much happened in the `seconds` before `at`. */
  sum(at: number, seconds: number): number {
    const last = Math.floor(at / 1000);
    return this.#counts.reduce((sum, count, slot) => {
      const second = this.#seconds[slot] ?? -1;
      return second > last - seconds && second <= last ? sum + count : sum;
    }, 0);
  }
}
