import { FetchFault } from "./fetch-fault.ts";

/** Everything that one exchange waits for ends with `signal`, whose reason is the fault. */
export class Deadlines {
  readonly #controller = new AbortController();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly signal: AbortSignal;

  /** `outer`: the caller's own reason to stop. */
  constructor(outer?: AbortSignal) {
    const own = this.#controller.signal;
    this.signal = outer ? AbortSignal.any([own, outer]) : own;
  }

  /** Ends everything after `ms` milliseconds, unless the returned function is called before. */
  start(ms: number, sentence: string): () => void {
    const timer = setTimeout(() => this.end(sentence), ms);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  end(sentence: string): void {
    this.#controller.abort(new FetchFault("unreachable", sentence, { transient: true }));
    this.stop();
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}
