import { randomBytes } from "node:crypto";
import { type Job as BullJob, Queue, type WorkerOptions } from "bullmq";
import type { Redis } from "ioredis";
import type { Logger } from "../logger.ts";
import { connectRedis, isReady, patientRedis, promptRedis, redisReady } from "../redis-connection.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { BullmqConsumer } from "./bullmq-consumer.ts";
import { ConsumerWatchdog, type WatchdogTimings, watchdogTimings } from "./consumer-watchdog.ts";
import { ImageWorker } from "./image-worker.ts";
import {
  type Consumer,
  type EnqueueOptions,
  type Job,
  type JobHandler,
  type JobQueue,
  jobId,
  type QueueCounts,
} from "./job-queue.ts";
import { type QueueDashboard, showQueue } from "./queue-dashboard.ts";
import { QueueWindow } from "./queue-window.ts";
import { memoryOf, type RedisMemory } from "./redis-memory.ts";
import { TurnRange } from "./turn-range.ts";

const queueName = "images";
/** How long after the start a command waits for the first connection, in milliseconds. */
const firstConnectionMs = 2_000;

export interface BullmqQueueOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly logger: Logger;
  /** Before every key, so that several installations can share a Redis. */
  readonly prefix?: string;
  /** The bounded window: jobs that wait here at once; the catalog holds the rest. */
  readonly window?: number;
  /** A consumer that was built anew and still takes nothing: the process should end itself (invariant 8). */
  readonly onWedged?: () => void;
  readonly watchdog?: WatchdogTimings;
  /** Instead of the shipped `deliverySettings`; for tests that cannot wait so long. */
  readonly delivery?: Pick<
    WorkerOptions,
    "lockDuration" | "stalledInterval" | "maxStartedAttempts" | "drainDelay"
  >;
}

/** A queue that can lose everything tells so: the epoch is another one after Redis was emptied. */
export interface EpochQueue {
  epoch(): Promise<string>;
}

/**
 * The dispatcher of many processes: BullMQ on Redis. While Redis is away `enqueue` and `counts` reject, at once or
 * within 2 s; consumers wait and go on by themselves.
 */
export class BullmqQueue implements JobQueue, EpochQueue, QueueDashboard {
  readonly #options: BullmqQueueOptions;
  readonly #prefix: string;
  readonly #redis: Redis;
  readonly #queue: Queue;
  readonly #window: QueueWindow;
  readonly #turns: TurnRange;
  readonly #consumers = new Map<BullmqConsumer, ConsumerWatchdog>();
  readonly #firstConnection: Promise<boolean>;
  /** Marks this process's jobs; with the counter behind it, each enqueue. */
  readonly #origin = randomBytes(4).toString("base64url");
  #enqueued = 0;

  constructor(options: BullmqQueueOptions) {
    this.#options = options;
    this.#prefix = options.prefix ?? "pixmill";
    this.#redis = connectRedis(options.url, promptRedis, options.logger);
    this.#firstConnection = redisReady(this.#redis, firstConnectionMs);
    this.#queue = new Queue(queueName, {
      connection: this.#redis,
      prefix: this.#prefix,
      // With these two it never waits for a connection by itself, so that every command has our deadline.
      skipWaitingForReady: true,
      skipVersionCheck: true,
      skipMetasUpdate: true,
    });
    this.#queue.on("error", () => {}); // the connection's own listener logs them
    this.#turns = new TurnRange(this.#redis, `${this.#prefix}:turn-base`, async () => {
      const { waiting, active, delayed } = await this.counts();
      return waiting + active + delayed === 0;
    });
    this.#window = new QueueWindow({
      size: options.window ?? 10_000,
      redis: this.#redis,
      held: async () => {
        const { waiting, delayed } = await this.counts();
        return waiting + delayed;
      },
    });
  }

  /**
   * `full` also means: its turn is further off than BullMQ's range of priorities.
   *
   * BullMQ's `add` says nothing when the id exists: it keeps the job that is there. So each enqueue leaves a mark in
   * its job, and whose mark is read afterwards tells who was first, also when twenty try at once. A job that has
   * ended before it is read counts as queued: whoever put it there, it ran after this enqueue.
   */
  async enqueue(job: Job, options: EnqueueOptions = {}): Promise<"queued" | "duplicate" | "full"> {
    await this.#connected();
    if (await this.#window.isFull(options.urgent)) return "full";
    const priority = await this.#turns.place(job.priority);
    if (priority === undefined) return "full";
    const id = jobId(job);
    const mark = `${this.#origin}${(this.#enqueued++).toString(36)}`;
    await this.#queue.add("image", mark, {
      jobId: id,
      priority,
      ...(options.delayMs && { delay: options.delayMs }),
    });
    const held = await this.#redis.hget(this.#queue.toKey(id), "data");
    if (held !== null && held !== JSON.stringify(mark)) return "duplicate";
    this.#window.added();
    return "queued";
  }

  async missing(jobs: readonly Job[]): Promise<readonly Job[]> {
    await this.#connected();
    const looks = this.#redis.pipeline();
    for (const job of jobs) looks.exists(this.#queue.toKey(jobId(job)));
    const answers = (await looks.exec()) ?? [];
    return jobs.filter((_job, index) => answers[index]?.[1] === 0);
  }

  consume(handler: JobHandler, options: { readonly concurrency: number }): Consumer {
    const { logger, onWedged = () => {}, watchdog: timings = watchdogTimings } = this.#options;
    const consumer = new BullmqConsumer(handler, {
      concurrency: options.concurrency,
      logger,
      build: (processor, concurrency) => this.#buildWorker(processor, concurrency),
      waiting: async () => ((await this.#queue.isPaused()) ? 0 : (await this.counts()).waiting),
    });
    const watchdog = new ConsumerWatchdog(consumer, { timings, logger, onWedged });
    this.#consumers.set(consumer, watchdog);
    watchdog.start();
    return {
      pause: () => consumer.pause(),
      resume: () => consumer.resume(),
      close: (graceMs) => this.#close(consumer, graceMs),
    };
  }

  async counts(): Promise<QueueCounts> {
    await this.#connected();
    const counts = await this.#queue.getJobCounts("wait", "prioritized", "active", "delayed");
    const count = (state: string) => counts[state] ?? 0;
    return {
      waiting: count("wait") + count("prioritized"),
      active: count("active"),
      delayed: count("delayed"),
    };
  }

  async memory(): Promise<RedisMemory> {
    await this.#connected();
    return await memoryOf(this.#redis);
  }

  /** Made by the first who asks, and gone with everything else when Redis is emptied. */
  async epoch(): Promise<string> {
    await this.#connected();
    const key = `${this.#prefix}:epoch`;
    await this.#redis.set(key, randomBytes(9).toString("base64url"), "NX");
    const epoch = await this.#redis.get(key);
    if (epoch === null) throw new Error("Redis was emptied in this moment.");
    return epoch;
  }

  showOn(board: Parameters<QueueDashboard["showOn"]>[0]): Promise<void> {
    return showQueue(this.#queue, board);
  }

  async pause(): Promise<void> {
    await this.#connected();
    await this.#queue.pause();
  }

  async resume(): Promise<void> {
    await this.#connected();
    await this.#queue.resume();
  }

  async close(): Promise<void> {
    await Promise.all([...this.#consumers.keys()].map((consumer) => this.#close(consumer, 0)));
    await this.#queue.close();
    this.#redis.disconnect();
  }

  async #close(consumer: BullmqConsumer, graceMs: number): Promise<void> {
    this.#consumers.get(consumer)?.stop();
    await consumer.close(graceMs);
    this.#consumers.delete(consumer);
  }

  #buildWorker(processor: (job: BullJob, token?: string) => Promise<void>, concurrency: number): ImageWorker {
    const { url, logger, delivery } = this.#options;
    const worker = new ImageWorker(queueName, processor, {
      // The version check stays on here: without it BullMQ rounds the wait for delayed jobs up to whole seconds.
      connection: { url, ...patientRedis },
      prefix: this.#prefix,
      concurrency,
      ...delivery,
    });
    worker.on("error", throttledWarning(logger, "queue consumer"));
    worker.on("failed", (job) => {
      if (job?.finishedOn === undefined) return; // it comes again
      logger.warn(
        { job: job.id, starts: job.attemptsStarted },
        "job left the queue: it never came to an end",
      );
    });
    return worker;
  }

  /** A moment of patience at the start, none in an outage: uploads are answered without waiting for Redis. */
  async #connected(): Promise<void> {
    if (isReady(this.#redis)) return;
    await this.#firstConnection;
    if (!isReady(this.#redis)) throw new Error("Redis is away.");
  }
}
