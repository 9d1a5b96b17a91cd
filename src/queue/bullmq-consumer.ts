import { setTimeout as sleep } from "node:timers/promises";
import { type Job as BullJob, DelayedError } from "bullmq";
import type { Logger } from "../logger.ts";
import type { WatchedConsumer } from "./consumer-watchdog.ts";
import type { ImageWorker } from "./image-worker.ts";
import type { Consumer, JobHandler } from "./job-queue.ts";
import { toJob } from "./taken-job.ts";

/** How long the last answers to Redis, and a handler that was told to let go, may take; in milliseconds. */
const lastWordsMs = 3_000;

/** For so long after a refusal of Redis its hands count as bound: a new consumer would be refused as well. */
const refusalMs = 10_000;

interface BullmqConsumerOptions {
  readonly concurrency: number;
  readonly logger: Logger;
  readonly build: (
    processor: (job: BullJob, token?: string) => Promise<void>,
    concurrency: number,
  ) => ImageWorker;
  readonly waiting: () => Promise<number>;
}

interface Run {
  readonly worker: ImageWorker;
  readonly ended: Promise<void>;
}

/** Hands jobs of one BullMQ worker at a time to a handler, and can change that worker for a new one. */
export class BullmqConsumer implements Consumer, WatchedConsumer {
  readonly #handler: JobHandler;
  readonly #options: BullmqConsumerOptions;
  readonly #abort = new AbortController();
  readonly #runs = new Set<Run>();
  readonly #retiring = new Set<Promise<void>>();
  #worker: ImageWorker;
  #paused = false;
  #closing: Promise<void> | undefined;
  #taken = 0;

  constructor(handler: JobHandler, options: BullmqConsumerOptions) {
    this.#handler = handler;
    this.#options = options;
    this.#worker = this.#build();
  }

  get taken(): number {
    return this.#taken;
  }

  get freeHands(): number {
    const refused = performance.now() - this.#worker.refusedAt < refusalMs;
    return this.#paused || refused ? 0 : Math.max(0, this.#options.concurrency - this.#runs.size);
  }

  waiting(): Promise<number> {
    return this.#options.waiting();
  }

  async pause(): Promise<void> {
    this.#paused = true;
    await this.#worker.pause(true);
  }

  async resume(): Promise<void> {
    if (this.#closing) return;
    this.#paused = false;
    await this.#worker.resume();
  }

  /** The old worker ends what it runs and keeps those locks; until then the new one has only the other hands. */
  rebuild(): void {
    if (this.#closing) return;
    const retired = this.#retire(this.#worker).finally(() => this.#retiring.delete(retired));
    this.#retiring.add(retired);
    this.#worker = this.#build();
  }

  close(graceMs: number): Promise<void> {
    this.#closing ??= this.#close(graceMs);
    return this.#closing;
  }

  async #close(graceMs: number): Promise<void> {
    await this.pause();
    await within(graceMs, this.#settled());
    this.#abort.abort(new Error("The worker is stopping."));
    // A handler that does not let go keeps its lock until it runs out; then another worker gets the job.
    await within(lastWordsMs, this.#settled());
    await Promise.all([this.#retire(this.#worker), ...this.#retiring]);
  }

  #build(): ImageWorker {
    const worker = this.#options.build(
      (bullJob, token) => this.#take(worker, bullJob, token),
      this.#handsFor(undefined),
    );
    return worker;
  }

  async #take(worker: ImageWorker, bullJob: BullJob, token: string | undefined): Promise<void> {
    // BullMQ's pause leaves a blocked fetch in place, which can still come back with a job.
    if (this.#paused) return await giveBack(worker, bullJob, token, 0);
    this.#taken += 1;
    const job = toJob(bullJob);
    if (!job) {
      const id = String(bullJob.id).slice(0, 100);
      this.#options.logger.error({ job: id }, "dropped a job that is none of ours");
      return;
    }
    const outcome = this.#handler(job, this.#abort.signal);
    const run = { worker, ended: outcome.then(ignore, ignore) };
    this.#runs.add(run);
    try {
      const { kind, ...rest } = await outcome.catch(failedHandler);
      if (kind === "later" && "delayMs" in rest) await giveBack(worker, bullJob, token, rest.delayMs);
    } finally {
      this.#runs.delete(run);
      this.#worker.concurrency = this.#handsFor(this.#worker);
    }
  }

  /** BullMQ's concurrency is at least 1; a worker is only built anew when there is a free hand. */
  #handsFor(worker: ImageWorker | undefined): number {
    const elsewhere = [...this.#runs].filter((run) => run.worker !== worker).length;
    return Math.max(1, this.#options.concurrency - elsewhere);
  }

  async #settled(): Promise<void> {
    await Promise.all([...this.#runs].map((run) => run.ended));
  }

  /** BullMQ's close waits for its jobs, and without Redis for ever: then its connections are cut. */
  async #retire(worker: ImageWorker): Promise<void> {
    const busy = [...this.#runs].filter((run) => run.worker === worker);
    const closed = worker.close();
    await Promise.race([Promise.all(busy.map((run) => run.ended)), closed]);
    await within(lastWordsMs, closed);
    await worker.getBackend().close(true);
  }
}

/** Back to Redis for later, uncounted: only starts that ended without an answer count against a job. */
async function giveBack(
  worker: ImageWorker,
  job: BullJob,
  token: string | undefined,
  delayMs: number,
): Promise<never> {
  await worker.getBackend().moveToDelayed(String(job.id), Date.now(), delayMs, token, {
    skipAttempt: true,
    fieldsToUpdate: { ats: job.attemptsStarted - 1 },
  });
  throw new DelayedError();
}

/** The handler has logged what it met; its message, which may hold anything, stays out of Redis. */
function failedHandler(): never {
  throw new Error("the handler failed");
}

function ignore(): void {}

async function within(ms: number, done: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([done, sleep(ms, undefined, { signal: timer.signal }).catch(ignore)]);
  timer.abort();
}
