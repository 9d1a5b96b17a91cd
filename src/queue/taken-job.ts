import { z } from "zod";
import { type Job, jobId } from "./job-queue.ts";

/** BullMQ's range is 1 … 2^21-1, smaller first; its 0 means "none" and would run before all. Ours begins at 0. */
const priorityLimit = 2 ** 21 - 1;

export function toBullPriority(priority: number): number {
  return Math.min(priority + 1, priorityLimit);
}

const storedJob = z.object({
  id: z.string().regex(/^[\w-]{1,64}\.\d{1,9}$/),
  priority: z.int().min(1).max(priorityLimit),
});

/**
 * Reads what Redis gave. The id is the whole pointer, so there is no payload that could disagree with it or be of an
 * older version. `undefined`: nobody of ours wrote this.
 */
export function toJob(stored: {
  readonly id?: string | undefined;
  readonly priority: unknown;
}): Job | undefined {
  const parsed = storedJob.safeParse(stored);
  if (!parsed.success) return undefined;
  const { id, priority } = parsed.data;
  const dot = id.lastIndexOf(".");
  const job = { imageId: id.slice(0, dot), generation: Number(id.slice(dot + 1)), priority: priority - 1 };
  return jobId(job) === id ? job : undefined;
}
