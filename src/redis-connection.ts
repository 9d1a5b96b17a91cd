import { Redis, type RedisOptions } from "ioredis";
import type { Logger } from "./logger.ts";
import { GreetedConnector } from "./redis-connector.ts";
import { throttledWarning } from "./throttled-warning.ts";

/** A command that somebody waits for is answered or fails in this time, in milliseconds. */
const promptMs = 1_000;

/** An exponential wait with a cap of 2 s; the jitter keeps a fleet from coming back in the same instant. */
function reconnectDelayMs(times: number): number {
  const ceiling = Math.min(2_000, 50 * 2 ** Math.min(times, 6));
  return Math.round(ceiling / 2 + (Math.random() * ceiling) / 2);
}

const common = {
  retryStrategy: reconnectDelayMs,
  Connector: GreetedConnector,
  connectTimeout: 2_000,
  keepAlive: 10_000,
  // After a failover the old primary answers READONLY for ever on a connection that it keeps open.
  reconnectOnError: (error: Error) => error.message.startsWith("READONLY"),
} satisfies RedisOptions;

/** For requests: while Redis is away a command fails at once, and in a black hole after a second. */
export const promptRedis = {
  ...common,
  enableOfflineQueue: false,
  maxRetriesPerRequest: 0,
  autoResendUnfulfilledCommands: false,
  commandTimeout: promptMs,
  // Else a black-holed connection would time out command by command until TCP gives up, after a quarter of an hour.
  socketTimeout: 5 * promptMs,
} satisfies RedisOptions;

/**
 * For work in the background: a command waits for Redis as long as it takes. `socketTimeout` ends a connection that
 * swallows commands without a reset; it is longer than the longest blocking read (10 s).
 */
export const patientRedis = {
  ...common,
  maxRetriesPerRequest: null,
  socketTimeout: 15_000,
} satisfies RedisOptions;

/** Connects in the background; errors are log lines, at most one a kind in 10 s. */
export function connectRedis(url: string, options: RedisOptions, logger: Logger): Redis {
  const redis = new Redis(url, options);
  redis.on("error", throttledWarning(logger, "redis connection"));
  return redis;
}

export function isReady(redis: Redis): boolean {
  return redis.status === "ready";
}

/** Resolves to whether it is ready, after `withinMs` at the latest. Never rejects. */
export async function redisReady(redis: Redis, withinMs: number): Promise<boolean> {
  if (isReady(redis)) return true;
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const yes = () => resolve(true);
  const no = () => resolve(false);
  redis.once("ready", yes);
  redis.once("end", no);
  const timer = setTimeout(no, withinMs);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    redis.off("ready", yes);
    redis.off("end", no);
  }
}
