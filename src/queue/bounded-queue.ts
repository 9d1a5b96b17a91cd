import type { JobQueue } from "./job-queue.ts";
import type { RedisMemory } from "./redis-memory.ts";

/** What a queue can tell besides when it lives in memory that has an end. */
interface BoundedQueue {
  memory(): Promise<RedisMemory>;
}

export function hasMemory(queue: JobQueue): queue is JobQueue & BoundedQueue {
  return "memory" in queue;
}
