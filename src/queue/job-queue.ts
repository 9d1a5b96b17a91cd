/** A pointer to work in the catalog; it holds nothing that the catalog does not know (invariant 2). */
export interface TakenJob {
  readonly imageId: string;
  /** Raised by a retry or a later phase, so that the same image can be dispatched again. */
  readonly generation: number;
}

export interface Job extends TakenJob {
  /**
   * Its turn in virtual milliseconds: smaller runs first. What is less than `turnGrain` apart may run in the order
   * of its arrival.
   */
  readonly priority: number;
}

/** A driver need not tell apart what is nearer than this: less than what an image takes. */
export const turnGrain = 16;

export interface EnqueueOptions {
  readonly delayMs?: number;
  /** May use the part of the window that is kept for what somebody waits for. */
  readonly urgent?: boolean;
}

/** The job's name in every driver: one image and generation is queued once. */
export function jobId(job: TakenJob): string {
  return `${job.imageId}.${job.generation}`;
}

/** What became of a job in the handler's hands. */
export type JobOutcome = { readonly kind: "finished" } | { readonly kind: "later"; readonly delayMs: number };

/**
 * Runs one job. `signal` is aborted when the consumer must let go at once. A handler that throws has met a bug or
 * an outage: the job comes again after a backoff with jitter.
 */
export type JobHandler = (job: TakenJob, signal: AbortSignal) => Promise<JobOutcome>;

export interface QueueCounts {
  /** Ready to run. */
  readonly waiting: number;
  /** In a handler's hands. */
  readonly active: number;
  /** Waiting for a time. */
  readonly delayed: number;
}

export interface Consumer {
  /** Takes no new jobs; those that run go on. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Pauses, waits for running handlers; after `graceMs` aborts their signals and gives the jobs back. */
  close(graceMs: number): Promise<void>;
}

/**
 * The dispatcher. Nothing in it is a record: losing all of it loses no image, because the reconciler enqueues
 * again what the catalog says is unfinished.
 */
export interface JobQueue {
  /** `full`: the queue holds a bounded window and the reconciler will come back with the job. */
  enqueue(job: Job, options?: EnqueueOptions): Promise<"queued" | "duplicate" | "full">;
  /** Those of the jobs that it does not hold, at the cost of one look for all. */
  missing(jobs: readonly Job[]): Promise<readonly Job[]>;
  consume(handler: JobHandler, options: { readonly concurrency: number }): Consumer;
  counts(): Promise<QueueCounts>;
  /** Stops dispatching in every process until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  close(): Promise<void>;
}
