import { setTimeout as sleep } from "node:timers/promises";
import { backoffMs } from "./backoff.ts";
import { EmbeddedConsumer } from "./embedded-consumer.ts";
import {
  type Consumer,
  type EnqueueOptions,
  type Job,
  type JobHandler,
  type JobQueue,
  jobId,
  type QueueCounts,
} from "./job-queue.ts";
import { PriorityHeap } from "./priority-heap.ts";
import { windowFor } from "./queue-window.ts";

interface EmbeddedQueueOptions {
  /** The bounded window: jobs that wait here at once; the catalog holds the rest. */
  readonly window?: number;
}

/** What the queue knows of a job that it holds. */
interface Entry {
  readonly job: Job;
  /** Handlers that threw so far: sets the backoff. */
  failures: number;
}

/** The dispatcher of a single process: a heap by priority, then by arrival. It remembers nothing past its process. */
export class EmbeddedQueue implements JobQueue {
  readonly #window: number;
  readonly #waiting = new PriorityHeap<Entry>((entry) => entry.job.priority);
  readonly #held = new Map<string, "waiting" | "active" | "delayed">();
  readonly #consumers = new Set<EmbeddedConsumer<Entry>>();
  readonly #closing = new AbortController();
  #paused = false;

  constructor(options: EmbeddedQueueOptions = {}) {
    this.#window = options.window ?? 10_000;
  }

  async enqueue(job: Job, options: EnqueueOptions = {}): Promise<"queued" | "duplicate" | "full"> {
    if (this.#held.has(jobId(job))) return "duplicate";
    if (this.#held.size >= windowFor(this.#window, options.urgent)) return "full";
    this.#hold({ job, failures: 0 }, options.delayMs ?? 0);
    return "queued";
  }

  async missing(jobs: readonly Job[]): Promise<readonly Job[]> {
    return jobs.filter((job) => !this.#held.has(jobId(job)));
  }

  consume(handler: JobHandler, options: { readonly concurrency: number }): Consumer {
    const consumer = new EmbeddedConsumer<Entry>({
      concurrency: options.concurrency,
      take: () => (this.#paused ? undefined : this.#take()),
      run: (entry, signal) => this.#run(entry, handler, signal),
      closed: () => this.#consumers.delete(consumer),
    });
    this.#consumers.add(consumer);
    consumer.wake();
    return consumer;
  }

  async counts(): Promise<QueueCounts> {
    const states = [...this.#held.values()];
    const count = (wanted: string) => states.filter((state) => state === wanted).length;
    return { waiting: this.#waiting.size, active: count("active"), delayed: count("delayed") };
  }

  async pause(): Promise<void> {
    this.#paused = true;
  }

  async resume(): Promise<void> {
    this.#paused = false;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([...this.#consumers].map((consumer) => consumer.close(0)));
  }

  #take(): Entry | undefined {
    const entry = this.#waiting.pop();
    if (entry) this.#held.set(jobId(entry.job), "active");
    return entry;
  }

  async #run(entry: Entry, handler: JobHandler, signal: AbortSignal): Promise<void> {
    let delayMs: number | undefined;
    try {
      const outcome = await handler(entry.job, signal);
      if (outcome.kind === "later") delayMs = outcome.delayMs;
    } catch {
      // The handler has logged what it met; the queue only brings the job back.
      entry.failures += 1;
      delayMs = backoffMs(entry.failures);
    }
    if (delayMs === undefined) this.#held.delete(jobId(entry.job));
    else this.#hold(entry, delayMs);
  }

  #hold(entry: Entry, delayMs: number): void {
    const id = jobId(entry.job);
    if (delayMs > 0) {
      this.#held.set(id, "delayed");
      sleep(delayMs, undefined, { ref: false, signal: this.#closing.signal }).then(
        () => this.#hold(entry, 0),
        () => {}, // closed: the catalog still has the image
      );
      return;
    }
    this.#held.set(id, "waiting");
    this.#waiting.push(entry);
    this.#wake();
  }

  #wake(): void {
    for (const consumer of this.#consumers) consumer.wake();
  }
}
