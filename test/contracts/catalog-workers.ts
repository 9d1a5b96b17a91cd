import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { WorkerBeat } from "../../src/catalog/workers.ts";

const lately = { seenWithinMs: 60_000 };
/** No time at all, and a second less, so that no test waits for a clock. */
const never = { seenWithinMs: -1_000 };

function beatOf(id: string, given: Partial<WorkerBeat> = {}): WorkerBeat {
  return {
    id,
    host: "host-1",
    startedAt: new Date("2026-02-03T04:05:06.789Z"),
    concurrency: 2,
    active: 0,
    done: 0,
    failed: 0,
    megapixels: 0,
    ...given,
  };
}

export function describeWorkers(open: () => Catalog): void {
  describe("workers", () => {
    it("are listed with what they said last, and when by the database's clock", async () => {
      await open().workers.beat(beatOf("worker-1", { startedAt: new Date(0), active: 2 }));
      const last = beatOf("worker-1", { done: 5_000_000_000, failed: 3, megapixels: 60_000.25 });
      await open().workers.beat(last);
      const workers = await open().workers.list(lately);
      expect(workers).toEqual([{ ...last, lastSeenAt: expect.any(Date) }]);
      expect(Math.abs(Date.now() - Number(workers[0]?.lastSeenAt))).toBeLessThan(60_000);
    });

    it("are listed by the bytes of their ids", async () => {
      const ids = ["B", "a-b", "_", "ab", "a", "B1", "é", "-b"];
      await Promise.all(ids.map((id) => open().workers.beat(beatOf(id))));
      const listed = (await open().workers.list(lately)).map(({ id }) => id);
      expect(listed).toEqual(ids.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b))));
    });

    it("that went silent are not listed, and forgotten after an hour", async () => {
      await open().workers.beat(beatOf("worker-1"));
      expect(await open().workers.list(never)).toEqual([]);
      expect(await open().workers.purge()).toBe(0);
      expect(await open().workers.list(lately)).toHaveLength(1);
      expect(await open().workers.purge(-1_000)).toBe(1);
      expect(await open().workers.list(lately)).toEqual([]);
    });

    it("that say good-bye are gone at once, and only they", async () => {
      await open().workers.beat(beatOf("worker-1"));
      await open().workers.beat(beatOf("worker-2"));
      await open().workers.remove("worker-1");
      await open().workers.remove("worker-3");
      expect((await open().workers.list(lately)).map(({ id }) => id)).toEqual(["worker-2"]);
    });

    it("that beat for the first time at the same moment are one", async () => {
      await Promise.all([1, 2, 3, 4].map((done) => open().workers.beat(beatOf("worker-1", { done }))));
      expect(await open().workers.list(lately)).toHaveLength(1);
    });
  });
}
