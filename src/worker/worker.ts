import { setTimeout as sleep } from "node:timers/promises";
import { type ProcessDependencies, processImage } from "../resize/process-image.ts";
import { reconcile } from "../resize/reconcile.ts";
import { repeat } from "./repeat.ts";

/** How often the catalog and the queue are compared, in milliseconds. */
const reconcileEveryMs = 5_000;

export interface Worker {
  /** Takes no new images. */
  quiet(): Promise<void>;
  /** Waits for running images; after `graceMs` kills their engine processes and gives them back. */
  stop(graceMs: number): Promise<void>;
}

/** Takes jobs from the queue, `concurrency` at a time, and keeps the queue and the catalog in step. */
export function startWorker(dependencies: ProcessDependencies, options: { concurrency: number }): Worker {
  const { queue, logger, workerName } = dependencies;
  const consumer = queue.consume(
    async (job, signal) => {
      try {
        return await processImage(dependencies, job, signal);
      } catch (error) {
        logger.error({ imageId: job.imageId, err: error }, "an attempt could not be settled; it comes again");
        throw error;
      }
    },
    { concurrency: options.concurrency },
  );
  const reconciling = repeat({
    everyMs: reconcileEveryMs,
    run: () => reconcile(dependencies),
    failed: (error) => logger.error({ err: error }, "reconciler could not run"),
  });
  logger.info({ worker: workerName, concurrency: options.concurrency }, `${workerName} is ready`);
  return {
    async quiet() {
      reconciling.stop();
      await consumer.pause();
    },
    async stop(graceMs) {
      reconciling.stop();
      await consumer.close(graceMs);
      await Promise.race([reconciling.idle(), sleep(graceMs, undefined, { ref: false })]);
    },
  };
}
