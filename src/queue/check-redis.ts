import { silentLogger } from "../logger.ts";
import { connectRedis, promptRedis, redisReady } from "../redis-connection.ts";
import { memoryOf } from "./redis-memory.ts";

/**
 * What keeps this Redis from being a queue, as a sentence for the person who starts the process; `undefined` when
 * nothing does. Throws when it does not answer within 5 s, which is an outage and not a wrong setting.
 */
export async function checkRedis(url: string): Promise<string | undefined> {
  const redis = connectRedis(url, promptRedis, silentLogger());
  try {
    if (!(await redisReady(redis, 5_000))) throw new Error("Redis does not answer.");
    const { policy } = await memoryOf(redis);
    if (policy === "" || policy === "noeviction") return undefined;
    return `Redis has maxmemory-policy ${policy}, which deletes queued jobs when memory is short: set it to noeviction.`;
  } finally {
    redis.disconnect();
  }
}
