import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import { imageStatuses } from "../../src/image/status.ts";
import {
  accepted,
  claimed,
  corrupt,
  failedLarge,
  finished,
  found,
  imageThatIs,
  longLease,
  newImage,
  newImages,
  present,
  readyThumb,
} from "./catalog-fixtures.ts";

const unknown = newImage().id;

export function describeImages(open: () => Catalog): void {
  describe("images", () => {
    it("are found together by their ids, but for those that are deleted", async () => {
      const images = await open().images.accept(newImages(3));
      const [first, second, third] = images.map(present);
      await open().tombstones.buryImage(present(second).id);
      const ids = [...images.map(({ id }) => id), newImage().id];
      expect(await open().images.findAll(ids.toReversed())).toEqual([first, third]);
      expect(await open().images.known(ids)).toEqual(new Set(ids.slice(0, 3)));
      const each = [first, "gone", third].map((record, index) => [ids[index], record] as const);
      expect(await open().images.findEach(ids)).toEqual(new Map(each));
      expect(await open().images.findEach([])).toEqual(new Map());
    });

    it("are found as they were accepted", async () => {
      const image = newImage({ callbackUrl: "https://example.com/hook" });
      const [record] = await open().images.accept([image]);
      expect(record).toMatchObject({
        ...image,
        status: "queued",
        generation: 0,
        attempt: 0,
        variants: [
          { name: "thumb", status: "pending" },
          { name: "large", status: "pending" },
        ],
        error: null,
        finishedAt: null,
      });
      expect(Math.abs(Date.now() - present(record).createdAt.getTime())).toBeLessThan(60_000);
      expect(await open().images.find(image.id)).toEqual(record);
    });

    it("keep a file name of any characters", async () => {
      const filename = "фото 写真 📷 \u202e\r\n'\"; drop table images; --\0\ud800";
      const record = await accepted(open(), { filename });
      expect(record.filename).toBe(`${filename.slice(0, -2)}\ufffd\ufffd`);
      expect(await open().images.find(record.id)).toEqual(record);
    });

    it("are born failed when they come with a reason", async () => {
      const record = await accepted(open(), { original: null, error: corrupt });
      expect(record).toMatchObject({ status: "failed", error: corrupt, finishedAt: record.createdAt });
      expect(record.variants).toEqual([{ name: "thumb", status: "failed", error: corrupt }, failedLarge]);
      expect(await open().images.find(record.id)).toEqual(record);
      expect(await open().claims.unfinished({ limit: 10 })).toEqual([]);
    });

    it("are accepted ten thousand at once, in the order given", async () => {
      const batch = { id: newImage().id, preset: "default" };
      const images = newImages(10_000, { batchId: batch.id });
      const records = await open().images.accept(images, batch);
      expect(records.map(({ id }) => id)).toEqual(images.map(({ id }) => id));
      expect(await open().batches.find(batch.id)).toMatchObject({
        counts: { total: 10_000, queued: 10_000 },
      });
      expect(await open().images.find(present(images[9_999]).id)).toEqual(records[9_999]);
    });

    it("that nobody accepted are not found, not cancelled, not retried and not buried", async () => {
      expect(await open().images.find(unknown)).toBeUndefined();
      expect(await open().images.cancel(unknown)).toBeUndefined();
      expect(await open().images.retry(unknown)).toBeUndefined();
      expect(await open().tombstones.buryImage(unknown)).toBeUndefined();
    });

    it("are listed newest first, page by page, while others come in", async () => {
      const ids = (await open().images.accept(newImages(7))).map(({ id }) => id);
      const seen: string[] = [];
      let cursor: string | null | undefined;
      while (cursor !== null) {
        const page = await open().images.list({ limit: 3, cursor });
        seen.push(...page.items.map(({ id }) => id));
        cursor = page.nextCursor;
        await accepted(open());
      }
      expect(seen).toEqual(ids.toReversed());
    });

    it("have no next page when the last one is just full", async () => {
      await open().images.accept(newImages(3));
      expect((await open().images.list({ limit: 3 })).nextCursor).toBeNull();
    });

    it("are listed by status and by batch", async () => {
      const batch = { id: newImage().id, preset: null };
      const [inBatch] = await open().images.accept(newImages(1, { batchId: batch.id }), batch);
      for (const status of imageStatuses) {
        const image = await imageThatIs(open(), status);
        const { items } = await open().images.list({ status, limit: 10 });
        expect(items.map(({ id }) => id)).toContain(image.id);
        expect(new Set(items.map((item) => item.status))).toEqual(new Set([status]));
      }
      const ofBatch = { batchId: batch.id, limit: 10 };
      expect((await open().images.list(ofBatch)).items).toEqual([inBatch]);
      expect((await open().images.list({ ...ofBatch, status: "queued" })).items).toEqual([inBatch]);
      expect((await open().images.list({ ...ofBatch, status: "done" })).items).toEqual([]);
    });

    it.each(["", "x", "\0", "' or 1=1 --", "\ud800", unknown.toUpperCase()])(
      "are none of a batch that is called %j",
      async (batchId) => {
        await accepted(open());
        expect(await open().images.list({ batchId, limit: 10 })).toEqual({ items: [], nextCursor: null });
      },
    );

    const cursor = Buffer.from(unknown).toString("base64url");
    it.each(["", "x", "AAAA", Buffer.from("7").toString("base64url"), `${cursor}!`, "' or 1=1 --"])(
      "refuse %j as a cursor, naming the field",
      async (bad) => {
        const refusal = { code: "invalid_request", fields: [{ field: "cursor" }] };
        await expect(open().images.list({ limit: 3, cursor: bad })).rejects.toMatchObject(refusal);
        await expect(open().batches.list({ limit: 3, cursor: bad })).rejects.toMatchObject(refusal);
      },
    );

    it("that are cancelled raise the fence and keep what is ready", async () => {
      const image = await claimed(open(), await accepted(open()));
      const variants = [readyThumb, { name: "large", status: "pending" } as const];
      await open().claims.publish(image.id, image.attempt, variants);
      const cancelled = present(await open().images.cancel(image.id));
      expect(cancelled).toMatchObject({ status: "cancelled", attempt: image.attempt + 1, variants });
      expect(cancelled.finishedAt).toBeInstanceOf(Date);
    });

    it("that failed are retried with a clean record, and what was ready stays", async () => {
      const first = await claimed(open(), await accepted(open()));
      const again = present(await open().claims.giveBack(first.id, first.attempt, { strike: true }));
      const second = await claimed(open(), again);
      await open().claims.finish(second.id, second.attempt, {
        status: "failed",
        variants: [readyThumb, failedLarge],
        error: corrupt,
      });
      expect(await open().images.retry(first.id)).toMatchObject({
        status: "queued",
        generation: second.generation + 1,
        strikes: 0,
        deliveries: 0,
        error: null,
        worker: null,
        startedAt: null,
        finishedAt: null,
        variants: [readyThumb, { name: "large", status: "pending" }],
      });
    });

    it("are retried once by two who ask at once", async () => {
      const { id, generation } = await imageThatIs(open(), "failed");
      const answers = await Promise.all([open().images.retry(id), open().images.retry(id)]);
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await found(open(), id)).generation).toBe(generation + 1);
    });

    it.each(imageStatuses)("that are %s and then buried are gone for everybody", async (status) => {
      const before = await imageThatIs(open(), status);
      const { id, attempt, generation } = before;
      const buried = await open().tombstones.buryImage(id);
      expect(buried).toMatchObject({
        original: before.original,
        variants: before.variants,
        attempt: attempt + 1,
        revision: before.revision + 1,
      });
      expect(await open().images.find(id)).toBe("gone");
      expect((await open().images.list({ limit: 10 })).items).toEqual([]);
      expect((await open().images.list({ limit: 10, status })).items).toEqual([]);
      expect(await open().tombstones.buryImage(id)).toBeUndefined();
      expect(await open().images.cancel(id)).toBeUndefined();
      expect(await open().images.retry(id)).toBeUndefined();
      const claim = { worker: "worker-2", leaseMs: longLease, generation };
      expect(await open().claims.claim(id, claim)).toBeUndefined();
      for (const held of [attempt, attempt + 1]) {
        expect(await open().claims.renew(id, held, longLease)).toBe(false);
        expect(await open().claims.publish(id, held, [])).toBe(false);
        const outcome = { status: "done", variants: [], error: null } as const;
        expect(await open().claims.finish(id, held, outcome)).toBeUndefined();
        expect(await open().claims.giveBack(id, held, { strike: false })).toBeUndefined();
      }
      expect(await open().claims.releaseExpired({ all: true })).toEqual([]);
      expect(await open().claims.unfinished({ limit: 10 })).toEqual([]);
      expect(await open().images.statistics()).toMatchObject({ queued: 0, processing: 0, failed: 0 });
    });

    it("that are buried are swept until their blobs are gone, and forgotten a day later", async () => {
      const image = await finished(open(), await claimed(open(), await accepted(open())));
      await open().tombstones.emptyImage(image.id);
      expect(await open().images.find(image.id), "remove touches no living image").toEqual(image);

      const buried = await open().tombstones.buryImage(image.id);
      expect(await open().tombstones.buriedWithBlobs(10)).toEqual([buried]);
      expect(await open().tombstones.purgeImages(-1_000)).toBe(0);

      await open().tombstones.emptyImage(image.id);
      expect(await open().tombstones.buriedWithBlobs(10)).toEqual([]);
      expect(await open().tombstones.purgeImages(60_000)).toBe(0);
      expect(await open().images.find(image.id)).toBe("gone");

      expect(await open().tombstones.purgeImages(-1_000)).toBe(1);
      expect(await open().images.find(image.id)).toBeUndefined();
    });

    it("are counted by what they wait for", async () => {
      const nothing = {
        queued: 0,
        toFetch: 0,
        processing: 0,
        failed: 0,
        oldestQueuedMs: null,
        finishedLastMinute: 0,
      };
      expect(await open().images.statistics()).toEqual(nothing);
      for (const status of imageStatuses) await imageThatIs(open(), status);
      const { oldestQueuedMs, ...counts } = await open().images.statistics();
      expect(counts).toEqual({ queued: 1, toFetch: 0, processing: 1, failed: 1, finishedLastMinute: 2 });
      expect(oldestQueuedMs).toBeGreaterThanOrEqual(0);
      expect(oldestQueuedMs).toBeLessThan(60_000);
    });
  });
}
