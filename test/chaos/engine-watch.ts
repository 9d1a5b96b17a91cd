import { MemoryWatch } from "../fuzz/memory-watch.ts";
import type { Arena } from "./arena.ts";

/** Looks at the engine processes of all workers while it works. */
export class EngineWatch {
  readonly #watches: readonly MemoryWatch[];

  constructor({ workers }: Arena) {
    const pids = workers.flatMap(({ current }) => current?.pid ?? []);
    this.#watches = pids.map((pid) => new MemoryWatch(pid, () => {}));
  }

  /** The most that any of them held at any time, in bytes. */
  get most(): number {
    return Math.max(0, ...this.#watches.map(({ enginePeak }) => enginePeak));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#watches.map((watch) => watch.stop()));
  }
}
