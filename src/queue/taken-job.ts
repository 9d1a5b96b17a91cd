import { z } from "zod";
import { jobId, type TakenJob } from "./job-queue.ts";
import { priorityLimit } from "./turn-range.ts";

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
}): TakenJob | undefined {
  const parsed = storedJob.safeParse(stored);
  if (!parsed.success) return undefined;
  const { id } = parsed.data;
  const dot = id.lastIndexOf(".");
  const job = { imageId: id.slice(0, dot), generation: Number(id.slice(dot + 1)) };
  return jobId(job) === id ? job : undefined;
}
