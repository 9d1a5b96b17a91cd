import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger } from "pino";

interface LoggerOptions {
  readonly level: string;
  /** `pretty` for a person at a terminal, `json` (one line an event) for machines. */
  readonly format: "pretty" | "json";
  /** Where lines go; standard output when not given. */
  readonly destination?: DestinationStream;
}

/**
 * Every line that is about an image carries `imageId`, so that its whole life is one search. Values that came
 * from users are always fields, never part of the message: pino escapes them, and no log line can be forged.
 */
export function createLogger(options: LoggerOptions): Logger {
  const settings = {
    level: options.level,
    base: null,
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (label: string) => ({ level: label }) },
    redact: {
      paths: ["req.headers.authorization", "req.headers.cookie", "authorization"],
      censor: "[hidden]",
    },
  };
  if (options.destination) return pino(settings, options.destination);
  if (options.format === "json") return pino(settings);
  return pino({
    ...settings,
    // pino-pretty in its worker thread does not know level labels from a custom formatter.
    formatters: {},
    transport: {
      target: "pino-pretty",
      options: { translateTime: "SYS:HH:MM:ss.l", ignore: "pid,hostname" },
    },
  });
}

/** For code that runs with no log wanted: tests, the command line's one-off commands. */
export function silentLogger(): Logger {
  return pino({ level: "silent" });
}
