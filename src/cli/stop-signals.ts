import { exitCodes } from "./failure.ts";

/**
 * One Ctrl-C can arrive twice: the terminal sends SIGINT to the whole group, and npm sends it on to its child.
 * What comes so shortly after the first is the same wish.
 */
const sameWishMs = 500;

/** Waits for SIGTERM or SIGINT. The next one, after a moment, ends the process at once. */
export class StopSignals {
  readonly first: Promise<NodeJS.Signals>;

  constructor() {
    const { promise, resolve } = Promise.withResolvers<NodeJS.Signals>();
    this.first = promise;
    let firstAt: number | undefined;
    const onSignal = (signal: NodeJS.Signals) => {
      firstAt ??= performance.now();
      resolve(signal);
      if (performance.now() - firstAt > sameWishMs) process.exit(exitCodes.interrupted);
    };
    process.on("SIGTERM", onSignal).on("SIGINT", onSignal);
  }
}
