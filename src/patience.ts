import { AsyncLocalStorage } from "node:async_hooks";

/** What who asks may still wait, in all, for a database that is not at work for it. */
class Patience {
  #leftMs: number;

  constructor(ms: number) {
    this.#leftMs = ms;
  }

  get leftMs(): number {
    return this.#leftMs;
  }

  spend(ms: number): void {
    this.#leftMs = Math.max(0, this.#leftMs - ms);
  }
}

/** Who has used up its patience still gets what is there at once. Milliseconds. */
export const leastPatienceMs = 100;

const patience = new AsyncLocalStorage<Patience>();

/**
 * Whatever `run` asks of the catalog waits `ms` milliseconds in all for what does not come forward: a connection, a
 * lock, a commit that a standby does not take, a server that is silent. It is then refused: two waits one after the
 * other must not take twice as long. A statement that is at work may take longer. What runs outside of this has the
 * longer patience of work in the background.
 */
export function withPatience<T>(ms: number, run: () => T): T {
  return patience.run(new Patience(ms), run);
}

/** Of who asks now; `undefined`: nobody stands and waits. */
export function currentPatience(): Patience | undefined {
  return patience.getStore();
}

/** What who asks may wait now; `Infinity`: as long as anybody. Milliseconds. */
export function patienceMs(): number {
  return Math.max(leastPatienceMs, currentPatience()?.leftMs ?? Number.POSITIVE_INFINITY);
}
