interface Repetition {
  stop(): void;
  /** Resolves when no run is under way. */
  idle(): Promise<void>;
}

/**
 * Runs something again and again: the first time at once, then `everyMs` after each end, a tenth more or less so
 * that processes that started together do not stay together. A failure is told and not fatal. A run that takes much
 * longer than it should hangs, on a network folder whose server is away: it is told, and no longer waited for.
 */
export function repeat(options: {
  readonly everyMs: number;
  readonly run: () => Promise<void>;
  readonly failed: (error: unknown) => void;
  /** How long one run may take; a minute, or ten times `everyMs`, when not given. Milliseconds. */
  readonly lateMs?: number;
}): Repetition {
  const { everyMs, run, failed, lateMs = Math.max(60_000, 10 * everyMs) } = options;
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let current = Promise.resolve();
  const turn = () => {
    current = inTime(run(), lateMs)
      .catch(failed)
      .then(() => {
        if (!stopped) timer = setTimeout(turn, everyMs * (0.9 + Math.random() * 0.2)).unref();
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

async function inTime(run: Promise<void>, ms: number): Promise<void> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no end after ${ms / 1_000} s`)), ms).unref();
  try {
    await Promise.race([run, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
