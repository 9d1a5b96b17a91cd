import type { Redis } from "ioredis";

export interface RedisMemory {
  /** Bytes. */
  readonly used: number;
  /** Bytes; 0: no limit. */
  readonly limit: number;
  /** What Redis does at the limit, by its own name; empty where the server does not say. */
  readonly policy: string;
}

/** Asks by INFO: managed servers often forbid CONFIG. */
export async function memoryOf(redis: Redis): Promise<RedisMemory> {
  const info = await redis.info("memory");
  const field = (name: string) => new RegExp(`^${name}:(\\S*)`, "m").exec(info)?.[1] ?? "";
  return {
    used: Number(field("used_memory")),
    limit: Number(field("maxmemory")),
    policy: field("maxmemory_policy"),
  };
}
