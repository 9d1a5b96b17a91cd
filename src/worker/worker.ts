import { setTimeout as sleep } from "node:timers/promises";
import type { ImageRecord } from "../catalog/image-record.ts";
import type { PixmillError } from "../errors.ts";
import type { ImageRecorder } from "../metrics.ts";
import type { Courier } from "../notify/courier.ts";
import { forgetOld } from "../notify/forget-old.ts";
import type { JobHandler } from "../queue/job-queue.ts";
import { type AttemptObserver, type ProcessDependencies, processImage } from "../resize/process-image.ts";
import { reconcile, releaseClaims } from "../resize/reconcile.ts";
import { sweep } from "../resize/sweep.ts";
import { sweepUploads } from "../resize/sweep-uploads.ts";
import { throttledWarning } from "../throttled-warning.ts";
import { Activity } from "./activity.ts";
import { startFetcher } from "./fetcher.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { Outage } from "./outage.ts";
import { repeat } from "./repeat.ts";

/** How often the catalog and the queue are compared, in milliseconds. */
const reconcileEveryMs = 5_000;
/** How often claims of dead workers are looked for: what they held stands still until then. Milliseconds. */
const releaseEveryMs = 2_000;
/** How often uploads are looked for that are whole, or that nobody goes on with. */
const uploadsEveryMs = 15_000;
const sweepEveryMs = 60 * 60 * 1000;
/**
 * How long a hand rests at the most when attempts fail one after the other. Others do the work meanwhile where only
 * this worker is ill; where images are ill themselves, good ones must not wait long for a hand. Milliseconds.
 */
const longestRestMs = 2_000;
/** What chores that are under way get at least, after the images. Milliseconds. */
const lastWordsMs = 1_000;

export interface Worker {
  /** Takes no new images. */
  quiet(): Promise<void>;
  /** Waits for running images; after `graceMs` kills their engine processes and gives them back. */
  stop(graceMs: number): Promise<void>;
}

interface WorkerOptions {
  readonly concurrency: number;
  readonly images: ImageRecorder;
  /** Sends webhooks beside it, and is stopped with it. */
  readonly courier: Courier;
}

/** Takes jobs from the queue, `concurrency` at a time, and keeps the queue and the catalog in step. */
export function startWorker(
  dependencies: Omit<ProcessDependencies, "observer">,
  { concurrency, images, courier }: WorkerOptions,
): Worker {
  const { queue, logger, workerName } = dependencies;
  const activity = new Activity(images);
  const ended = (final: ImageRecord | undefined) => {
    activity.ended(final);
    if (final && final.callbackUrl !== null) courier.wake();
  };
  const stopping = new AbortController();
  const unsettled = new Outage(logger);
  const failing = new Outage(logger, {
    what: "attempts fail one after the other",
    tolerated: concurrency,
    capMs: longestRestMs,
  });
  const attempt: JobHandler = async (job, signal) => {
    let outage: PixmillError | undefined;
    const observer: AttemptObserver = {
      begun: () => activity.begun(),
      ended(final, met) {
        ended(final);
        outage = met;
        if (!met) failing.over();
      },
    };
    const outcome = await processImage({ ...dependencies, observer }, job, signal);
    unsettled.over();
    if (!outage) return outcome;
    // Its job comes back after that and its own pause: by then another worker may have free hands.
    await failing.wait(outage, AbortSignal.any([signal, stopping.signal]));
    return outcome;
  };
  const consumer = queue.consume(
    async (job, signal) => {
      try {
        return await attempt(job, signal);
      } catch (error) {
        // The catalog could not take what came of it. The claim, if there is one, runs out by itself.
        await unsettled.wait(error, AbortSignal.any([signal, stopping.signal]));
        return { kind: "later", delayMs: 0 };
      }
    },
    { concurrency },
  );
  const fetcher = startFetcher({ ...dependencies, observer: { begun: () => activity.begun(), ended } });
  const heartbeat = startHeartbeat(dependencies, { name: workerName, concurrency, activity });
  const chores = [
    repeat({
      everyMs: reconcileEveryMs,
      run: () => reconcile(dependencies),
      failed: (error) => logger.error({ err: error }, "reconciler could not run"),
    }),
    repeat({
      everyMs: releaseEveryMs,
      run: () => releaseClaims(dependencies, { all: false }),
      failed: throttledWarning(logger, "claims of dead workers could not be ended"),
    }),
    repeat({
      everyMs: uploadsEveryMs,
      run: () => sweepUploads(dependencies),
      failed: (error) => logger.error({ err: error }, "uploads could not be swept"),
    }),
    repeat({
      everyMs: sweepEveryMs,
      run: () => sweep(dependencies),
      failed: (error) => logger.error({ err: error }, "sweep could not run"),
    }),
    repeat({
      everyMs: sweepEveryMs,
      run: () => forgetOld(dependencies),
      failed: (error) => logger.warn({ err: error }, "old webhook deliveries could not be forgotten"),
    }),
  ];
  const stopChores = () => {
    for (const chore of chores) chore.stop();
  };
  logger.info({ worker: workerName, concurrency }, `${workerName} is ready`);
  return {
    async quiet() {
      stopChores();
      stopping.abort();
      fetcher.quiet();
      await consumer.pause();
    },
    async stop(graceMs) {
      const deadline = performance.now() + graceMs;
      stopChores();
      stopping.abort();
      await Promise.all([consumer.close(graceMs), fetcher.stop(graceMs)]);
      // After the images: the webhooks of the last ones may still go.
      await courier.stop(Math.max(0, deadline - performance.now()));
      const quietNow = Promise.all([...chores.map((chore) => chore.idle()), heartbeat.stop()]);
      const left = Math.max(lastWordsMs, deadline - performance.now());
      await Promise.race([quietNow, sleep(left, undefined, { ref: false })]);
    },
  };
}
