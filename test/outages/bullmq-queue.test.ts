import { spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Queue } from "bullmq";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createLogger, type Logger } from "../../src/logger.ts";
import { BullmqQueue, type BullmqQueueOptions, type EpochQueue } from "../../src/queue/bullmq-queue.ts";
import { checkRedis } from "../../src/queue/check-redis.ts";
import { deliverySettings } from "../../src/queue/image-worker.ts";
import type { Job, JobHandler, JobOutcome } from "../../src/queue/job-queue.ts";
import { RedisServer } from "../support/redis-server.ts";
import { requireProgram } from "../support/require-program.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

const finished: JobOutcome = { kind: "finished" };
const queueChild = fileURLToPath(new URL("../support/queue-child.ts", import.meta.url));
/** The shipped ones are minutes in a test. */
const quickly = { lockDuration: 1_500, stalledInterval: 500 };
const job = (imageId: string, generation = 1): Job => ({ imageId, generation, priority: 10 });

describe.runIf(requireProgram("redis-server"))("the queue on Redis, when things go wrong", () => {
  let server: RedisServer;
  let lines: string[];
  let logger: Logger;
  let ends: (() => Promise<void>)[];
  beforeEach(async () => {
    server = await RedisServer.start();
    lines = [];
    logger = createLogger({
      level: "info",
      format: "json",
      destination: { write: (line: string) => lines.push(line) },
    });
    ends = [() => server.stop()];
  });
  afterEach(async () => {
    for (const end of ends.toReversed()) await end();
  });

  function open(options: Partial<BullmqQueueOptions> = {}): BullmqQueue {
    const queue = new BullmqQueue({ url: server.url, logger, ...options });
    ends.push(() => queue.close());
    return queue;
  }

  function noteInto(ran: string[]): JobHandler {
    return async ({ imageId }) => {
      ran.push(imageId);
      return finished;
    };
  }

  /** How long until it was refused, in milliseconds. */
  async function refusedAfter(queue: BullmqQueue, imageId: string): Promise<number> {
    const startedAt = performance.now();
    await expect(queue.enqueue(job(imageId))).rejects.toThrow();
    return performance.now() - startedAt;
  }

  it("ships the settings that lost no job under 50 SIGKILLs", () => {
    expect(deliverySettings).toEqual({
      lockDuration: 10_000,
      stalledInterval: 5_000,
      maxStalledCount: 100,
      maxStartedAttempts: 20,
    });
  });

  it("gives the job of a worker that was SIGKILLed to another", async () => {
    const queue = open({ delivery: quickly });
    const settings = [String(quickly.lockDuration), String(quickly.stalledInterval)];
    const child = spawn(process.execPath, [queueChild, server.url, ...settings], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    ends.push(async () => void child.kill("SIGKILL"));
    await queue.enqueue(job("a"));
    const [said] = await once(child.stdout, "data");
    expect(String(said).trim()).toBe("a");
    child.kill("SIGKILL");
    const ran: string[] = [];
    queue.consume(noteInto(ran), { concurrency: 1 });
    await until(() => ran.length === 1, { what: "the job of the killed worker" });
    await until(async () => (await queue.counts()).active === 0);
  });

  it("keeps the lock of a job that runs much longer than the lock's duration", async () => {
    const queue = open({ delivery: quickly });
    let starts = 0;
    const handler: JobHandler = async () => {
      starts += 1;
      await sleep(2 * quickly.lockDuration);
      return finished;
    };
    for (let index = 0; index < 2; index++) queue.consume(handler, { concurrency: 1 });
    await queue.enqueue(job("a"));
    await until(() => starts === 1);
    await until(async () => (await queue.counts()).active === 0);
    expect(starts).toBe(1);
  });

  it("refuses at once while Redis is away, says little, and goes on with an empty one", async () => {
    const queue = open();
    const ran: string[] = [];
    const release = Promise.withResolvers<void>();
    queue.consume(
      async ({ imageId }) => {
        ran.push(imageId);
        if (imageId === "a") await release.promise;
        return finished;
      },
      { concurrency: 1 },
    );
    for (const id of ["a", "b"]) await queue.enqueue(job(id));
    await until(() => ran.length === 1);
    const epoch = await queue.epoch();
    await server.kill();
    await until(async () => (await refusedAfter(queue, "c")) < 50, { what: "an immediate refusal" });
    await sleep(1_000);
    release.resolve();
    await server.restart();
    await until(async () => (await queue.enqueue(job("d")).catch(() => undefined)) === "queued");
    await until(() => ran.includes("d"));
    expect(ran).toEqual(["a", "d"]); // b was in Redis only: the reconciler's work
    expect(await queue.epoch()).not.toBe(epoch);
    expect(lines.length).toBeLessThan(10);
  });

  it("loses nothing when a Redis with an append-only file is killed and comes back", async () => {
    await server.stop();
    server = await RedisServer.start({ appendonly: "yes", appendfsync: "always" });
    ends[0] = () => server.stop();
    const queue = open({ delivery: quickly });
    for (const id of ["a", "b", "c"]) await queue.enqueue(job(id));
    const epoch = await queue.epoch();
    await server.restart();
    const ran: string[] = [];
    queue.consume(noteInto(ran), { concurrency: 1 });
    await until(() => ran.length === 3);
    await until(async () => (await queue.epoch().catch(() => undefined)) === epoch);
  });

  it("refuses within 2 s when Redis answers nothing, and goes on when it does again", async () => {
    const queue = open();
    const ran: string[] = [];
    queue.consume(noteInto(ran), { concurrency: 1 });
    await queue.enqueue(job("a"));
    await until(() => ran.length === 1);
    server.pause();
    expect(await refusedAfter(queue, "b")).toBeLessThan(2_000);
    server.resume();
    await until(async () => (await queue.enqueue(job("c")).catch(() => undefined)) === "queued");
    await until(() => ran.includes("c"));
  });

  it("refuses within 2.5 s when Redis was away from the start", async () => {
    await server.kill();
    expect(await refusedAfter(open(), "a")).toBeLessThan(2_500);
  });

  it("ends in time though Redis is away", async () => {
    const queue = new BullmqQueue({ url: server.url, logger });
    queue.consume(noteInto([]), { concurrency: 1 });
    await queue.enqueue(job("a"));
    await until(async () => (await queue.counts()).waiting === 0);
    await server.kill();
    const startedAt = performance.now();
    await queue.close();
    expect(performance.now() - startedAt).toBeLessThan(6_000);
  });

  it("drops what is none of ours with a line, and goes on with what is", async () => {
    const queue = open();
    const stranger = new Queue("images", { connection: { url: server.url }, prefix: "pixmill" });
    await stranger.add(
      "image",
      { imageId: "../../etc/passwd" },
      { jobId: "../../etc/passwd.1", priority: 1 },
    );
    await stranger.add("image", { imageId: "b" }, { priority: 2 });
    await stranger.add("image", { imageId: "c" }, { jobId: "c.1" });
    await queue.enqueue(job("a"));
    const client = server.client();
    await client.hset("pixmill:images:a.1", "data", "{not json");
    client.disconnect();
    await stranger.close();
    const ran: string[] = [];
    queue.consume(noteInto(ran), { concurrency: 1 });
    await until(async () => Object.values(await queue.counts()).every((count) => count === 0));
    expect(ran).toEqual(["a"]);
    expect(lines.filter((line) => line.includes("none of ours"))).toHaveLength(3);
  });

  it("lets a job go that never ends, so that it can be enqueued again", async () => {
    const queue = open({ delivery: { maxStartedAttempts: 2 } });
    let starts = 0;
    queue.consume(
      async () => {
        starts += 1;
        throw new Error("secret");
      },
      { concurrency: 1 },
    );
    await queue.enqueue(job("a"));
    await until(() => lines.some((line) => line.includes("never came to an end")));
    expect(starts).toBe(2);
    expect(await queue.enqueue(job("a"))).toBe("queued");
  });

  it("does not count against a job that its handler wants it later", async () => {
    const queue = open({ delivery: { maxStartedAttempts: 2 } });
    let starts = 0;
    queue.consume(
      async () => {
        starts += 1;
        return starts < 6 ? { kind: "later", delayMs: 10 } : finished;
      },
      { concurrency: 1 },
    );
    await queue.enqueue(job("a"));
    await until(() => starts === 6);
    await until(async () => Object.values(await queue.counts()).every((count) => count === 0));
    expect(lines).toEqual([]);
  });

  it("takes under 2 kB of Redis a job", async () => {
    const queue = open();
    const client = server.client();
    const used = async () => Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
    await queue.enqueue(job("first"));
    const before = await used();
    const jobs = Array.from({ length: 2_000 }, (_, index) =>
      job(`019b2c3d-7e00-7329-8504-${String(index).padStart(12, "0")}`),
    );
    for (let at = 0; at < jobs.length; at += 100) {
      await Promise.all(jobs.slice(at, at + 100).map((one) => queue.enqueue(one)));
    }
    expect(((await used()) - before) / jobs.length).toBeLessThan(2_000);
    client.disconnect();
  });

  describe("at the limit of its memory", () => {
    it("is full above 80 % of maxmemory", async () => {
      const client = server.client();
      const queue = open();
      const ballast = "for i = 1, 10000 do redis.call('SET', 'ballast:' .. i, string.rep('x', 1000)) end";
      await client.eval(ballast, 0);
      const used = Number(/used_memory:(\d+)/.exec(await client.info("memory"))?.[1]);
      await client.config("SET", "maxmemory", String(Math.round(used / 0.6)));
      expect(await queue.enqueue(job("a"))).toBe("queued");
      await client.config("SET", "maxmemory", String(Math.round(used / 0.85)));
      await until(async () => (await queue.enqueue(job("b"))) === "full");
      await client.flushall();
      await until(async () => (await queue.enqueue(job("c"))) === "queued");
      client.disconnect();
    });

    it("does not spin over what Redis refuses, and goes on when there is room again", async () => {
      const client = server.client();
      const queue = open();
      await queue.enqueue(job("a"));
      await client.config("SET", "maxmemory", "1");
      await client.config("RESETSTAT");
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await sleep(2_500);
      const calls = (await client.info("commandstats")).matchAll(/cmdstat_eval(?:sha)?:calls=(\d+)/g);
      const total = [...calls].reduce((sum, [, count]) => sum + Number(count), 0);
      expect(total).toBeGreaterThan(0);
      expect(total).toBeLessThan(30);
      expect(ran).toEqual([]);
      await client.config("SET", "maxmemory", "0");
      await until(() => ran.length === 1);
      client.disconnect();
    });

    it("is refused at the start when Redis would evict jobs", async () => {
      expect(await checkRedis(server.url)).toBeUndefined();
      const client = server.client();
      await client.config("SET", "maxmemory-policy", "allkeys-lru");
      client.disconnect();
      expect(await checkRedis(server.url)).toMatch(/maxmemory-policy allkeys-lru/);
    });
  });

  it("has another epoch after a flush, and one epoch for all", async () => {
    const [one, two]: [EpochQueue, EpochQueue] = [open(), open()];
    const epoch = await one.epoch();
    expect(await two.epoch()).toBe(epoch);
    const client = server.client();
    await client.flushall();
    client.disconnect();
    expect(await two.epoch()).not.toBe(epoch);
  });

  describe("behind a network that swallows without a reset", () => {
    /** The two connections of a BullMQ worker; the one that counts and enqueues says neither. */
    const ofConsumer = (sent: string) => /bzpopmin|stalled-check/i.test(sent);
    const watchdog = { everyMs: 100, stuckAfterMs: 3_000 };

    async function wedgedConsumer(onWedged: () => void) {
      const proxy = await TcpProxy.to(server.port);
      ends.push(() => proxy.close());
      const queue = open({ url: proxy.url, watchdog, onWedged, delivery: quickly });
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await queue.enqueue(job("a"));
      await until(() => ran.length === 1);
      return { proxy, queue, ran };
    }

    it("gets a new consumer, which takes the jobs", async () => {
      const { proxy, queue, ran } = await wedgedConsumer(() => ran.push("wedged"));
      proxy.swallowOpen(ofConsumer);
      // More than one: Redis may already have given one to the consumer that cannot hear it.
      for (const id of ["b", "c", "d"]) await queue.enqueue(job(id));
      await until(() => ran.length === 4, { withinMs: 20_000 });
      expect(lines.filter((line) => line.includes("building a new consumer"))).toHaveLength(1);
      expect(ran.toSorted()).toEqual(["a", "b", "c", "d"]);
    });

    it("does not wait long on a connection that was taken by it and never greeted", async () => {
      const proxy = await TcpProxy.to(server.port);
      ends.push(() => proxy.close());
      proxy.swallow();
      const queue = open({ url: proxy.url });
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await sleep(500);
      proxy.heal();
      const healedAt = performance.now();
      await until(async () => (await queue.enqueue(job("a")).catch(() => undefined)) === "queued");
      await until(() => ran.length === 1, { withinMs: 20_000 });
      // Two seconds of patience and two of pause; a silent connection that was greeted has fifteen.
      expect(performance.now() - healedAt).toBeLessThan(10_000);
    });

    it("says that it is wedged when the new one takes none either", async () => {
      let wedged = 0;
      const { proxy, queue, ran } = await wedgedConsumer(() => {
        wedged += 1;
      });
      proxy.swallow(ofConsumer);
      for (const id of ["b", "c", "d"]) await queue.enqueue(job(id));
      await until(() => wedged === 1);
      await sleep(2 * watchdog.stuckAfterMs);
      expect(wedged).toBe(1);
      expect(ran).toEqual(["a"]);
    });
  });
});
