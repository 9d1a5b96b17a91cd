import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Job, JobHandler, JobOutcome, JobQueue, TakenJob } from "../../src/queue/job-queue.ts";
import { turnGrain } from "../../src/queue/job-queue.ts";
import { until } from "../support/until.ts";

const finished: JobOutcome = { kind: "finished" };

function job(imageId: string, priority = 10, generation = 1): Job {
  return { imageId, generation, priority };
}

/** A handler that only notes what it was given. */
function noteInto(ran: string[]): JobHandler {
  return async ({ imageId }) => {
    ran.push(imageId);
    return finished;
  };
}

interface QueueDriver {
  readonly queue: JobQueue;
  readonly cleanUp: () => Promise<void>;
}

/** What every driver of the queue promises. `make` gets the size of the window. */
export function describeQueue(
  name: string,
  make: (options: { window: number }) => Promise<QueueDriver>,
): void {
  describe(`${name} as a job queue`, () => {
    let driver: QueueDriver;
    let queue: JobQueue;
    beforeEach(async () => {
      driver = await make({ window: 5 });
      queue = driver.queue;
    });
    afterEach(async () => {
      await queue.close();
      await driver.cleanUp();
    });

    it("runs a job that was enqueued before there was a consumer", async () => {
      await queue.enqueue(job("a"));
      const ran: TakenJob[] = [];
      queue.consume(
        async (taken) => {
          ran.push(taken);
          return finished;
        },
        { concurrency: 1 },
      );
      await until(() => ran.length === 1);
      expect(ran).toMatchObject([{ imageId: "a", generation: 1 }]);
      await until(async () => (await queue.counts()).active === 0);
      expect(await queue.counts()).toEqual({ waiting: 0, active: 0, delayed: 0 });
    });

    it("runs the smallest priority first, and within one priority in order", async () => {
      for (const [id, priority] of [
        ["late", 20 * turnGrain],
        ["first", 10 * turnGrain],
        ["second", 10 * turnGrain],
        ["urgent", 5 * turnGrain],
      ] as const) {
        await queue.enqueue(job(id, priority));
      }
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await until(() => ran.length === 4);
      expect(ran).toEqual(["urgent", "first", "second", "late"]);
    });

    it("never runs more than its concurrency at once", async () => {
      let running = 0;
      let most = 0;
      let ended = 0;
      for (const id of ["a", "b", "c", "d", "e"]) await queue.enqueue(job(id));
      queue.consume(
        async () => {
          most = Math.max(most, ++running);
          await sleep(30);
          running -= 1;
          ended += 1;
          return finished;
        },
        { concurrency: 2 },
      );
      await until(() => ended === 5);
      expect(most).toBe(2);
    });

    it("holds the same image and generation once, also while it runs, and again when it has ended", async () => {
      expect(await queue.enqueue(job("a"))).toBe("queued");
      expect(await queue.enqueue(job("a"))).toBe("duplicate");
      const gate = Promise.withResolvers<void>();
      let starts = 0;
      queue.consume(
        async () => {
          starts += 1;
          await gate.promise;
          return finished;
        },
        { concurrency: 2 },
      );
      await until(() => starts === 1);
      expect(await queue.enqueue(job("a"))).toBe("duplicate");
      expect(await queue.enqueue(job("a", 10, 2))).toBe("queued");
      gate.resolve();
      await until(async () => (await queue.counts()).active === 0 && starts === 2);
      expect(await queue.enqueue(job("a"))).toBe("queued");
      await until(() => starts === 3);
    });

    it("tells one of twenty that enqueue the same job at once that it was first", async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => queue.enqueue(job("a"))));
      expect(answers.filter((answer) => answer === "queued")).toHaveLength(1);
      expect(answers.filter((answer) => answer === "duplicate")).toHaveLength(19);
    });

    it("tells which of some jobs it does not hold", async () => {
      await queue.enqueue(job("a"));
      await queue.enqueue(job("b"), { delayMs: 60_000 });
      const asked = [job("a"), job("b"), job("c"), job("a", 10, 2)];
      expect(await queue.missing(asked)).toEqual([job("c"), job("a", 10, 2)]);
      expect(await queue.missing([])).toEqual([]);
    });

    it("says that it is full instead of growing without bound", async () => {
      for (const id of ["a", "b", "c", "d", "e"]) expect(await queue.enqueue(job(id))).toBe("queued");
      expect(await queue.enqueue(job("f"))).toBe("full");
    });

    it("keeps a part of its window for urgent jobs, and no more than that", async () => {
      for (const id of ["a", "b", "c", "d", "e"]) await queue.enqueue(job(id));
      expect(await queue.enqueue(job("u"), { urgent: true })).toBe("queued");
      expect(await queue.enqueue(job("f"))).toBe("full");
      expect(await queue.enqueue(job("v"), { urgent: true })).toBe("full");
    });

    it("brings a job back later when the handler asks for it", async () => {
      await queue.enqueue(job("a"));
      const times: number[] = [];
      queue.consume(
        async () => {
          times.push(performance.now());
          return times.length === 1 ? { kind: "later", delayMs: 200 } : finished;
        },
        { concurrency: 1 },
      );
      await until(() => times.length === 1);
      await until(async () => (await queue.counts()).delayed === 1);
      await until(() => times.length === 2);
      expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThanOrEqual(190);
    });

    it("brings a job back after a handler threw, and goes on with the others meanwhile", async () => {
      await queue.enqueue(job("bad", turnGrain));
      await queue.enqueue(job("good", 2 * turnGrain));
      const ran: string[] = [];
      queue.consume(
        async ({ imageId }) => {
          ran.push(imageId);
          if (ran.length === 1) throw new Error("an outage");
          return finished;
        },
        { concurrency: 1 },
      );
      await until(() => ran.length === 3);
      expect(ran).toEqual(["bad", "good", "bad"]);
    });

    it("waits with an enqueued job for its delay", async () => {
      const enqueuedAt = performance.now();
      await queue.enqueue(job("a"), { delayMs: 200 });
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await until(() => ran.length === 1);
      expect(performance.now() - enqueuedAt).toBeGreaterThanOrEqual(190);
    });

    it("dispatches nothing while it is paused", async () => {
      await queue.pause();
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await queue.enqueue(job("a"));
      await sleep(150);
      expect(ran).toEqual([]);
      expect((await queue.counts()).waiting).toBe(1);
      await queue.resume();
      await until(() => ran.length === 1);
    });

    it("gives a paused consumer nothing that comes later, until it is resumed", async () => {
      const ran: string[] = [];
      const consumer = queue.consume(noteInto(ran), { concurrency: 1 });
      await queue.enqueue(job("a"));
      await until(() => ran.length === 1);
      await sleep(100); // a driver may wait in a blocking call by now, which a pause must not leave open
      await consumer.pause();
      for (const id of ["b", "c"]) await queue.enqueue(job(id));
      await sleep(150);
      expect(ran).toEqual(["a"]);
      await consumer.resume();
      await until(() => ran.length === 3);
    });

    it("lets another consumer take what a paused one leaves", async () => {
      const [resting, working]: [string[], string[]] = [[], []];
      const consumer = queue.consume(noteInto(resting), { concurrency: 1 });
      await queue.enqueue(job("a"));
      await until(() => resting.length === 1);
      await sleep(100);
      await consumer.pause();
      queue.consume(noteInto(working), { concurrency: 1 });
      for (const id of ["b", "c"]) await queue.enqueue(job(id));
      await until(() => working.length === 2);
      expect(resting).toEqual(["a"]);
    });

    it("lets a closing consumer finish what it holds, and takes nothing new", async () => {
      await queue.enqueue(job("a", 1));
      await queue.enqueue(job("b", 2));
      const started: string[] = [];
      let ended = 0;
      const consumer = queue.consume(
        async ({ imageId }) => {
          started.push(imageId);
          await sleep(200);
          ended += 1;
          return finished;
        },
        { concurrency: 1 },
      );
      await until(() => started.length === 1);
      await consumer.close(10_000);
      expect({ started, ended }).toEqual({ started: ["a"], ended: 1 });
    });

    it("aborts a handler that outlasts the grace of close, and its job is not lost", async () => {
      await queue.enqueue(job("a"));
      let aborted = false;
      let starts = 0;
      const consumer = queue.consume(
        async (_job, signal) => {
          starts += 1;
          await sleep(60_000, undefined, { signal }).catch(() => {});
          aborted = signal.aborted;
          return { kind: "later", delayMs: 0 };
        },
        { concurrency: 1 },
      );
      await until(() => starts === 1);
      await consumer.close(50);
      expect(aborted).toBe(true);
      const ran: string[] = [];
      queue.consume(noteInto(ran), { concurrency: 1 });
      await until(() => ran.length === 1);
    });
  });
}
