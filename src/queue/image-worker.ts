import { setTimeout as sleep } from "node:timers/promises";
import { type Job, type JobJson, type Processor, Worker, type WorkerOptions } from "bullmq";
import { backoffMs } from "./backoff.ts";

/**
 * BullMQ's defaults lose jobs when workers are killed; with these, 2,000 jobs came through 50 SIGKILLs.
 *
 * A job that was started `maxStartedAttempts` times without an end leaves the queue. That ends no image and needs no
 * hook: the reconciler finds it unfinished in the catalog and enqueues it again, and the catalog's own count of
 * deliveries, which no lost Redis resets, is what fails it in the end.
 */
export const deliverySettings = {
  lockDuration: 10_000,
  stalledInterval: 5_000,
  maxStalledCount: 100,
  maxStartedAttempts: 20,
} as const;

/** Said here for every job, so that neither an older version nor a stranger who wrote one decides about it. */
const jobOptions = {
  // Else the job would stay, and BullMQ ignores an `add` whose id still exists.
  removeOnComplete: true,
  removeOnFail: true,
  attempts: deliverySettings.maxStartedAttempts,
  backoff: { type: "full-jitter" },
  stackTraceLimit: 0,
} as const;

/** How long to hold off after Redis refused to give a job, in milliseconds. */
const refusedMs = 1_000;

/** BullMQ's worker without the two places where it would spin: on a refusal of Redis, and on a job it cannot read. */
export class ImageWorker extends Worker {
  constructor(name: string, processor: Processor, options: WorkerOptions) {
    super(name, processor, {
      ...deliverySettings,
      // Its 15 s after a lost connection would be half of what an outage may take to heal.
      runRetryDelay: 2_000,
      ...options,
      settings: { backoffStrategy: (attemptsMade: number) => backoffMs(attemptsMade) },
    });
  }

  /** When Redis last refused to give a job, by `performance.now()`: what is refused is not wedged. */
  refusedAt = Number.NEGATIVE_INFINITY;

  /** At `maxmemory`, or on a replica, Redis refuses in microseconds and BullMQ asks again at once. */
  protected override async moveToActive(token: string, name?: string): Promise<Job> {
    try {
      return await super.moveToActive(token, name);
    } catch (error) {
      this.refusedAt = performance.now();
      await sleep(refusedMs, undefined, { ref: false });
      throw error;
    }
  }

  /** Data that is not JSON would throw in here, in the fetch, and be delivered and thrown again for ever. */
  protected override createJob(stored: JobJson, id: string): Job {
    const { repeatJobKey: _repeat, parentKey: _key, parent: _parent, ...own } = stored;
    return super.createJob({ ...own, data: "{}", opts: jobOptions }, id);
  }
}
