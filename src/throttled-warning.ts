import type { Logger } from "./logger.ts";

/** Of one kind of error, one line in this time, in milliseconds. */
const defaultEveryMs = 10_000;

/**
 * Logs errors that can come by the thousand a second while a server is away: the first of a kind at once, then at
 * most one line every `everyMs` that says how many were left out.
 */
export function throttledWarning(
  logger: Logger,
  message: string,
  everyMs = defaultEveryMs,
): (error: unknown) => void {
  const kinds = new Map<string, { until: number; leftOut: number }>();
  return (error) => {
    const kind = kindOf(error);
    const known = kinds.get(kind);
    const now = performance.now();
    if (known && now < known.until) {
      known.leftOut += 1;
      return;
    }
    kinds.set(kind, { until: now + everyMs, leftOut: 0 });
    logger.warn({ err: error, ...(known?.leftOut && { leftOut: known.leftOut }) }, message);
  };
}

const rare = new WeakMap<Logger, Map<string, (error: unknown) => void>>();

/** The same for code that has no place to keep the warning in: one for each logger and message. */
export function warnRarely(logger: Logger, message: string, error: unknown): void {
  const known = rare.get(logger) ?? new Map<string, (error: unknown) => void>();
  rare.set(logger, known);
  const warn = known.get(message) ?? throttledWarning(logger, message);
  known.set(message, warn);
  warn(error);
}

/** Never the whole message: it may hold an id, and then every line would be a kind of its own. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  if ("code" in error && typeof error.code === "string") return error.code;
  return `${error.name} ${error.message.split(" ").slice(0, 3).join(" ")}`;
}
