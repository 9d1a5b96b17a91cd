import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { BullmqQueue } from "../../src/queue/bullmq-queue.ts";
import { turnGrain } from "../../src/queue/job-queue.ts";
import { priorityLimit } from "../../src/queue/turn-range.ts";
import { RedisServer } from "../support/redis-server.ts";
import { requireProgram } from "../support/require-program.ts";
import { until } from "../support/until.ts";

/** All that BullMQ's priorities span, in virtual milliseconds: nine hours. */
const range = priorityLimit * turnGrain;

describe.runIf(requireProgram("redis-server"))("turns in a real Redis", () => {
  let server: RedisServer;
  let queue: BullmqQueue;
  let ran: string[];
  let installations = 0;
  beforeAll(async () => {
    server = await RedisServer.start();
  });
  beforeEach(() => {
    ran = [];
    queue = new BullmqQueue({ url: server.url, logger: silentLogger(), prefix: `turns-${installations++}` });
  });
  afterEach(() => queue.close());
  afterAll(() => server.stop());

  const enqueue = (imageId: string, priority: number) => queue.enqueue({ imageId, generation: 1, priority });
  const consume = () =>
    queue.consume(
      async ({ imageId }) => {
        ran.push(imageId);
        return { kind: "finished" };
      },
      { concurrency: 1 },
    );

  it("run in their order wherever they begin, and those a little before the first too", async () => {
    const start = 1_000 * range;
    await enqueue("second", start);
    await enqueue("last", start + range / 2);
    await enqueue("first", start - 60_000);
    consume();
    await until(() => ran.length === 3);
    expect(ran).toEqual(["first", "second", "last"]);
  });

  it("wait in the catalog while they lie behind what BullMQ can tell apart, until the queue has emptied", async () => {
    await enqueue("now", 5_000);
    expect(await enqueue("far", 5_000 + range)).toBe("full");
    expect(await enqueue("soon", 6_000)).toBe("queued");
    consume();
    await until(() => ran.length === 2);
    await until(async () => (await queue.counts()).active === 0);
    expect(await enqueue("far", 5_000 + range)).toBe("queued");
    expect(await enqueue("farther", 6_000 + range)).toBe("queued");
    await until(() => ran.length === 4);
    expect(ran).toEqual(["now", "soon", "far", "farther"]);
  });

  it("keep their order when they begin anew, long before the range", async () => {
    await enqueue("before", 2 * range);
    consume();
    await until(async () => ran.length === 1 && (await queue.counts()).active === 0);
    ran = [];
    await queue.pause();
    await enqueue("first", 100_000);
    await enqueue("last", 900_000);
    await enqueue("second", 500_000);
    await queue.resume();
    await until(() => ran.length === 3);
    expect(ran).toEqual(["first", "second", "last"]);
  });

  it("write where the range begins once, and only read it from then on", async () => {
    await enqueue("first", 1_000);
    const redis = server.client();
    await redis.config("RESETSTAT");
    for (let index = 0; index < 20; index += 1) await enqueue(`next-${index}`, 2_000 + index);
    const stats = await redis.info("commandstats");
    redis.disconnect();
    expect(stats).toContain("cmdstat_get:");
    expect(stats).not.toContain("cmdstat_set:");
  });

  it("keep their order among processes", async () => {
    const other = new BullmqQueue({
      url: server.url,
      logger: silentLogger(),
      prefix: `turns-${installations - 1}`,
    });
    await enqueue("b", 500_000);
    await other.enqueue({ imageId: "c", generation: 1, priority: 900_000 });
    await other.enqueue({ imageId: "a", generation: 1, priority: 100_000 });
    await other.close();
    consume();
    await until(() => ran.length === 3);
    expect(ran).toEqual(["a", "b", "c"]);
  });
});
