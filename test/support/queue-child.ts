import { silentLogger } from "../../src/logger.ts";
import { BullmqQueue } from "../../src/queue/bullmq-queue.ts";

/** A worker process that takes one job, says so, and never ends it. */
const [url = "", lockDuration, stalledInterval] = process.argv.slice(2);
const queue = new BullmqQueue({
  url,
  logger: silentLogger(),
  delivery: { lockDuration: Number(lockDuration), stalledInterval: Number(stalledInterval) },
});
queue.consume(
  async (job) => {
    process.stdout.write(`${job.imageId}\n`);
    return await new Promise(() => {});
  },
  { concurrency: 1 },
);
