import { endAtOnce } from "./end-process.ts";
import { exitCodes } from "./failure.ts";

/**
 * One Ctrl-C can arrive twice: the terminal sends SIGINT to the whole group, and npm sends it on to its child.
 * What comes so shortly after the first is the same wish.
 */
const sameWishMs = 500;

/** Waits for SIGTERM or SIGINT. The next one, after a moment, ends the process at once. */
export class StopSignals {
  readonly first: Promise<NodeJS.Signals>;
  readonly #resolve: (signal: NodeJS.Signals) => void;
  #firstAt: number | undefined;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
    this.first = promise;
    this.#resolve = resolve;
    process.on("SIGTERM", this.#onSignal).on("SIGINT", this.#onSignal);
  }

  /** Signals have their usual effect again. */
  release(): void {
    process.off("SIGTERM", this.#onSignal).off("SIGINT", this.#onSignal);
  }

  readonly #onSignal = (signal: NodeJS.Signals) => {
    this.#firstAt ??= performance.now();
    this.#resolve(signal);
    if (performance.now() - this.#firstAt > sameWishMs) endAtOnce(exitCodes.interrupted);
  };
}
