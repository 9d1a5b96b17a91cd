import type { Redis } from "ioredis";
import { z } from "zod";
import { eventTypes, type PixmillEvent } from "./event-bus.ts";

/** How many events a reader may have missed and still catch up on (api.md). */
const promisedEntries = 10_000;
/** More than is promised: a live reader that a burst left behind still finds them all. */
const keptEntries = 20_000;
/** Heartbeats are of interest while they are new: as many as a reader may be late by. */
const keptHeartbeats = 200;
const pageSize = 1_000;

/** The id before the first entry, in the words of Redis. */
export const beforeAll = "0-0";

/**
 * Each entry names the one before it, so that a reader sees in the stream itself that something is missing: after a
 * flush, or when the entries behind its back were trimmed.
 */
const append = `
local newest = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
return redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[1], '*', 'p', newest and newest[1] or '${beforeAll}', 'e', ARGV[2])`;

export interface Entry {
  readonly id: string;
  readonly previous: string;
  /** `lost`: a publisher had to drop events here. `unknown`: of another version, or none of ours. */
  readonly event: PixmillEvent | "lost" | "unknown";
}

const eventSchema = z.object({
  type: z.enum(eventTypes),
  imageId: z.string().optional(),
  batchId: z.string().optional(),
  data: z.record(z.string(), z.unknown()).optional(),
});

/** The events of all processes, in the order in which Redis took them. */
export class EventStream {
  readonly key: string;
  readonly heartbeatKey: string;

  constructor(prefix: string) {
    this.key = `${prefix}:events`;
    this.heartbeatKey = `${prefix}:heartbeats`;
  }

  async append(redis: Redis, event: PixmillEvent | "lost"): Promise<void> {
    const text = JSON.stringify(event);
    if (event !== "lost" && event.type === "worker.heartbeat") {
      await redis.xadd(this.heartbeatKey, "MAXLEN", keptHeartbeats, "*", "e", text);
      return;
    }
    // EVAL and not EVALSHA: the second try after NOSCRIPT would come behind events that were published later.
    await redis.eval(append, 1, this.key, keptEntries, text);
  }

  async newestId(redis: Redis, key: string): Promise<string> {
    const [newest] = await redis.xrevrange(key, "+", "-", "COUNT", 1);
    return newest?.[0] ?? beforeAll;
  }

  /** What came after `id`, or `undefined` when that can no longer be told without a gap. */
  async after(redis: Redis, id: string): Promise<Entry[] | undefined> {
    const entries: Entry[] = [];
    for (let from = id; ; ) {
      const page = (await redis.xrange(this.key, from, "+", "COUNT", pageSize)).map(toEntry);
      entries.push(...page);
      const last = page.at(-1);
      if (!last || page.length < pageSize) break;
      if (entries.length > promisedEntries + 1) return undefined;
      from = `(${last.id}`;
    }
    const [first] = entries;
    if (!first) return id === beforeAll ? [] : undefined;
    const missed = first.id === id ? entries.slice(1) : entries;
    if (missed.length > promisedEntries) return undefined;
    return missed.length < entries.length || first.previous === id ? missed : undefined;
  }
}

export function toEntry([id, fields]: [string, string[]]): Entry {
  const field = (name: string) => fields[fields.indexOf(name) + 1] ?? "";
  return { id, previous: field("p"), event: toEvent(field("e")) };
}

function toEvent(text: string): Entry["event"] {
  try {
    const value: unknown = JSON.parse(text);
    return value === "lost" ? value : eventSchema.parse(value);
  } catch {
    return "unknown";
  }
}

/** Both are ids of the same stream: `<milliseconds>-<sequence>`. */
export function isAfter(id: string, other: string): boolean {
  const [time = 0, sequence = 0] = id.split("-").map(Number);
  const [otherTime = 0, otherSequence = 0] = other.split("-").map(Number);
  return time === otherTime ? sequence > otherSequence : time > otherTime;
}
