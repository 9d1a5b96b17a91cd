interface Repetition {
  stop(): void;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
}

/**
 * Runs something again and again: the first time at once, then `everyMs` after each end, a tenth more or less so
 * that processes that started together do not stay together. Never two runs at once; a failure is told and not
 * fatal.
 */
export function repeat(options: {
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  readonly failed: (error: unknown) => void;
}): Repetition {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  const turn = () => {
    current = options
      .run()
      .catch(options.failed)
      .then(() => {
        if (!stopped) timer = setTimeout(turn, options.everyMs * (0.9 + Math.random() * 0.2)).unref();
      });
  };
  turn();
  return {
    stop() {
      stopped = true;
      clearTimeout(timer);
    },
    idle: () => current,
  };
}
