import { describe, expect, it } from "vitest";
import type { BatchStatus } from "../../src/catalog/batch-status.ts";
import type { Catalog } from "../../src/catalog/database.ts";
import type { ImageRecord } from "../../src/catalog/image-record.ts";
import {
  claimed,
  corrupt,
  failedLarge,
  finished,
  found,
  foundBatch,
  newImage,
  newImages,
  present,
} from "./catalog-fixtures.ts";

export function describeBatches(open: () => Catalog): void {
  async function batchOf(count: number): Promise<{ id: string; images: ImageRecord[] }> {
    const { id } = newImage();
    const images = await open().images.accept(newImages(count, { batchId: id }), { id, preset: "default" });
    return { id, images };
  }

  describe("batches", () => {
    it("count their images by status", async () => {
      const { id, images } = await batchOf(6);
      await batchOf(2);
      const [done, failed, processing, cancelled, buried] = images.map(present);
      await finished(open(), await claimed(open(), present(done)));
      await finished(open(), await claimed(open(), present(failed)), "failed");
      await claimed(open(), present(processing));
      await open().images.cancel(present(cancelled).id);
      await open().tombstones.buryImage(present(buried).id);
      expect(await open().batches.find(id)).toEqual({
        id,
        preset: "default",
        presetVersion: null,
        transforms: null,
        createdAt: expect.any(Date),
        isOpen: false,
        finishedAt: null,
        cancelledAt: null,
        counts: { total: 5, queued: 1, processing: 1, done: 1, failed: 1, cancelled: 1 },
      });
    });

    it("that nobody made are not found, and nothing of them is cancelled or finished", async () => {
      const { id } = newImage();
      expect(await open().batches.find(id)).toBeUndefined();
      expect(await open().batches.findUncounted(id)).toBeUndefined();
      expect(await open().batches.cancel(id)).toBeUndefined();
      expect(await open().batches.finishIfOver(id)).toBe(false);
    });

    it("take no image that names a batch which nobody made", async () => {
      const [image] = newImages(1, { batchId: newImage().id });
      await expect(open().images.accept([present(image)])).rejects.toThrow();
      expect(await open().images.find(present(image).id)).toBeUndefined();
    });

    it("are listed newest first with their counts, page by page", async () => {
      const ids = [(await batchOf(1)).id, (await batchOf(2)).id, (await batchOf(0)).id];
      const first = await open().batches.list({ limit: 2 });
      const cursor = present(first.nextCursor ?? undefined);
      const second = await open().batches.list({ limit: 2, cursor });
      expect(second.nextCursor).toBeNull();
      const items = [...first.items, ...second.items];
      expect(items.map(({ id }) => id)).toEqual(ids.toReversed());
      expect(items.map(({ counts }) => counts.total)).toEqual([0, 2, 1]);
    });

    it("are over when their last image is final, and say so exactly once", async () => {
      const { id, images } = await batchOf(2);
      const [first, last] = images.map(present);
      await finished(open(), await claimed(open(), present(first)));
      const claim = await claimed(open(), present(last));
      expect(await open().batches.finishIfOver(id)).toBe(false);
      expect(await open().batches.overButOpen(10)).toEqual([]);

      await finished(open(), claim, "failed");
      expect(await open().batches.overButOpen(10)).toEqual([id]);
      const answers = await Promise.all([1, 2, 3].map(() => open().batches.finishIfOver(id)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      expect((await foundBatch(open(), id)).finishedAt).toBeInstanceOf(Date);
      expect(await open().batches.overButOpen(10)).toEqual([]);
    });

    it("are over when the only image that was unfinished is deleted", async () => {
      const { id, images } = await batchOf(1);
      await open().tombstones.buryImage(present(images[0]).id);
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("show their first images in the order of submission, without those that are deleted", async () => {
      const { id, images } = await batchOf(5);
      await batchOf(1);
      await open().tombstones.buryImage(present(images[1]).id);
      const [first, , third, fourth] = images;
      expect(await open().images.firstOfBatch(id, 3)).toEqual([first, third, fourth]);
    });

    it("are no longer over when one of their images is tried again, and then end once more", async () => {
      const { id, images } = await batchOf(2);
      const other = await batchOf(1);
      await finished(open(), await claimed(open(), present(images[0])));
      await finished(open(), await claimed(open(), present(images[1])), "failed");
      await finished(open(), await claimed(open(), present(other.images[0])));
      for (const batchId of [id, other.id]) expect(await open().batches.finishIfOver(batchId)).toBe(true);

      expect(await open().images.retry(present(images[0]).id), "it is done").toBeUndefined();
      expect((await foundBatch(open(), id)).finishedAt).toBeInstanceOf(Date);
      const retried = present(await open().images.retry(present(images[1]).id));
      expect((await foundBatch(open(), id)).finishedAt).toBeNull();
      expect((await foundBatch(open(), other.id)).finishedAt).toBeInstanceOf(Date);
      expect(await open().batches.finishIfOver(id)).toBe(false);

      await finished(open(), await claimed(open(), retried));
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("are cancelled with all of their images that are not final", async () => {
      const { id, images } = await batchOf(4);
      const other = await batchOf(1);
      const [done, processing] = images.map(present);
      await finished(open(), await claimed(open(), present(done)));
      const claim = await claimed(open(), present(processing));
      expect(await open().batches.cancel(id)).toEqual(images.slice(1).map((image) => image.id));
      expect(await open().batches.find(id)).toMatchObject({
        cancelledAt: expect.any(Date),
        counts: { total: 4, done: 1, cancelled: 3 },
      });
      expect((await found(open(), claim.id)).attempt, "the fence is raised").toBe(claim.attempt + 1);
      expect(await open().batches.find(other.id)).toMatchObject({ cancelledAt: null, counts: { queued: 1 } });
      expect(await open().batches.cancel(id)).toBeUndefined();
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("that are over stay as they are when they are cancelled", async () => {
      const { id, images } = await batchOf(1);
      await finished(open(), await claimed(open(), present(images[0])));
      await open().batches.finishIfOver(id);
      const before = await open().batches.find(id);
      expect(await open().batches.cancel(id)).toBeUndefined();
      expect(await open().batches.find(id)).toEqual(before);
    });

    it("that are cancelled and then tried again are running, and done in the end", async () => {
      const { id, images } = await batchOf(2);
      await open().batches.cancel(id);
      expect(await open().batches.finishIfOver(id)).toBe(true);
      const retried = present(await open().images.retry(present(images[0]).id));
      expect(await foundBatch(open(), id)).toMatchObject({ cancelledAt: null, finishedAt: null });
      await finished(open(), await claimed(open(), retried));
      expect(await open().batches.finishIfOver(id)).toBe(true);
      expect(await foundBatch(open(), id)).toMatchObject({
        cancelledAt: null,
        counts: { done: 1, cancelled: 1 },
      });
    });

    it("queue their failed images again, but none whose file was refused, and run once more", async () => {
      const { id } = newImage();
      const refused = newImage({ batchId: id, original: null, error: corrupt });
      const images = await open().images.accept([...newImages(4, { batchId: id }), refused], {
        id,
        preset: null,
      });
      const [done, one, two, waiting] = images.map(present);
      await finished(open(), await claimed(open(), present(done)));
      for (const image of [one, two]) await finished(open(), await claimed(open(), present(image)), "failed");
      await open().images.cancel(present(waiting).id);
      await open().batches.finishIfOver(id);
      await open().batches.announced(id);

      expect(await open().batches.retry(id)).toBe(2);
      expect(await foundBatch(open(), id)).toMatchObject({
        finishedAt: null,
        counts: { total: 5, queued: 2, done: 1, failed: 1, cancelled: 1 },
      });
      const again = await found(open(), present(one).id);
      expect(again).toMatchObject({
        status: "queued",
        generation: 1,
        error: null,
        finishedAt: null,
        variants: [{ name: "large", status: "pending" }],
      });
      expect(again.priority).toBeGreaterThan(present(waiting).priority);
      expect((await found(open(), present(two).id)).priority).toBe(again.priority + again.cost);
      expect(await open().batches.retry(id)).toBe(0);
      for (const image of [one, two]) {
        await finished(open(), await claimed(open(), await found(open(), present(image).id)));
      }
      expect(await open().batches.finishIfOver(id)).toBe(true);
      expect(await open().batches.endedUntold(-1_000, 10)).toEqual([id]);
    });

    it("that are retried three times at once queue each image once, in a turn of its own, and pay once", async () => {
      const id = await openBatch(60_000);
      const images = await open().images.addTo({ id, idleMs: 60_000 }, newImages(6, { batchId: id }));
      for (const [index, image] of images.entries()) {
        const { attempt } = await claimed(open(), image);
        // Two kinds of failure, in turns.
        const variants = [{ ...failedLarge, name: index % 2 === 0 ? "large" : "thumb" }];
        await open().claims.finish(image.id, attempt, { status: "failed", variants, error: corrupt });
      }
      const counts = await Promise.all([1, 2, 3].map(() => open().batches.retry(id)));
      expect(counts.toSorted()).toEqual([0, 0, 6]);
      const again = await Promise.all(images.map((image) => found(open(), image.id)));
      expect(again.map(({ generation }) => generation)).toEqual([1, 1, 1, 1, 1, 1]);
      const [next] = await open().images.addTo({ id, idleMs: 60_000 }, [newImage({ batchId: id })]);
      const turns = [...again, present(next)].map(({ priority }) => priority).toSorted((a, b) => a - b);
      expect(turns).toEqual(turns.map((_turn, index) => (turns[0] ?? 0) + index * newImage().cost));
    });

    it("tell of an end that nobody told, once it is old enough, until it was told", async () => {
      const { id, images } = await batchOf(1);
      await finished(open(), await claimed(open(), present(images[0])));
      await open().batches.announced(id);
      expect(await open().batches.endedUntold(-1_000, 10), "it has not ended").toEqual([]);
      await open().batches.finishIfOver(id);
      expect(await open().batches.endedUntold(60_000, 10)).toEqual([]);
      expect(await open().batches.endedUntold(-1_000, 10)).toEqual([id]);
      await open().batches.announced(id);
      expect(await open().batches.endedUntold(-1_000, 10)).toEqual([]);
    });

    it("are listed by what they are", async () => {
      const hour = 60 * 60 * 1000;
      const waiting = await openBatch(hour);
      const idle = await openBatch(-1);
      const running = (await batchOf(1)).id;
      const over = await batchOf(1);
      await finished(open(), await claimed(open(), present(over.images[0])));
      await open().batches.finishIfOver(over.id);
      const cancelled = (await batchOf(1)).id;
      await open().batches.cancel(cancelled);
      const gone = (await batchOf(1)).id;
      await open().tombstones.buryBatch(gone);
      const ids = async (status?: BatchStatus) =>
        (await open().batches.list({ limit: 10, status })).items.map(({ id }) => id);
      expect(await ids("open")).toEqual([waiting]);
      expect(await ids("running")).toEqual([running, idle]);
      expect(await ids("done")).toEqual([over.id]);
      expect(await ids("cancelled")).toEqual([cancelled]);
      expect(await ids()).toEqual([cancelled, over.id, running, idle, waiting]);
    });

    it("that are buried are gone with all of their images, and forgotten once those are empty", async () => {
      const { id, images } = await batchOf(3);
      const other = await batchOf(1);
      await finished(open(), await claimed(open(), present(images[0])));
      const claim = await claimed(open(), present(images[1]));
      expect(await open().tombstones.buryBatch(id)).toEqual([present(images[1]).id, present(images[2]).id]);
      for (const look of [open().batches.find(id), open().batches.findUncounted(id)]) {
        expect(await look).toBe("gone");
      }
      for (const image of images) expect(await open().images.find(image.id)).toBe("gone");
      expect(await open().claims.renew(claim.id, claim.attempt, 1_000), "its worker has lost it").toBe(false);
      expect(await open().tombstones.buryBatch(id)).toBeUndefined();
      expect(await open().batches.cancel(id)).toBeUndefined();
      expect(await open().batches.retry(id)).toBe(0);
      expect(await open().batches.finishIfOver(id)).toBe(false);

      expect(await open().tombstones.purgeBatches(-1_000), "its images are not empty").toBe(0);
      for (const image of await open().tombstones.buriedWithBlobs(10))
        await open().tombstones.emptyImage(image.id);
      expect(await open().tombstones.purgeBatches(60_000)).toBe(0);
      expect(await open().tombstones.purgeBatches(-1_000)).toBe(1);
      expect(await open().batches.find(id)).toBeUndefined();
      expect(await foundBatch(open(), other.id)).toMatchObject({ counts: { queued: 1 } });
    });
  });

  async function openBatch(idleMs: number): Promise<string> {
    const { id, preset, presetVersion, transforms } = newImage();
    await open().batches.open({ id, preset, presetVersion, transforms, idleMs });
    return id;
  }

  describe("open batches", () => {
    const idleMs = 60 * 60 * 1000;

    it("take images in the order of their coming, and are over only when they are closed", async () => {
      const id = await openBatch(idleMs);
      expect(await foundBatch(open(), id)).toMatchObject({
        isOpen: true,
        finishedAt: null,
        counts: { total: 0 },
      });
      const { counts: _counts, ...uncounted } = await foundBatch(open(), id);
      expect(await open().batches.findUncounted(id)).toEqual(uncounted);
      const added = [];
      for (const count of [1, 2]) {
        added.push(...(await open().images.addTo({ id, idleMs }, newImages(count, { batchId: id }))));
      }
      expect(await open().images.firstOfBatch(id, 10)).toEqual(added);
      for (const image of added) await finished(open(), await claimed(open(), image));
      expect(await open().batches.finishIfOver(id)).toBe(false);
      expect(await open().batches.overButOpen(10)).toEqual([]);

      expect(await open().batches.close(id)).toBe(true);
      expect(await open().batches.close(id)).toBe(false);
      expect(await foundBatch(open(), id)).toMatchObject({ isOpen: false });
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("take nothing more when they are closed, cancelled, or idle for too long", async () => {
      const closed = await openBatch(idleMs);
      await open().batches.close(closed);
      const cancelled = await openBatch(idleMs);
      await open().batches.cancel(cancelled);
      for (const id of [closed, cancelled, await openBatch(-1)]) {
        const adding = open().images.addTo({ id, idleMs }, newImages(1, { batchId: id }));
        await expect(adding).rejects.toMatchObject({ code: "already_final" });
      }
      const { id } = newImage();
      const nowhere = open().images.addTo({ id, idleMs }, newImages(1, { batchId: id }));
      await expect(nowhere).rejects.toMatchObject({
        code: "invalid_request",
        fields: [{ field: "batchId" }],
      });
      expect((await open().images.list({ limit: 10 })).items).toEqual([]);
    });

    it("end by themselves when nothing was added for their time, which each image puts off", async () => {
      const id = await openBatch(-1);
      expect(await foundBatch(open(), id)).toMatchObject({ isOpen: false });
      expect(await open().batches.overButOpen(10)).toEqual([id]);
      const fresh = await openBatch(idleMs);
      await open().images.addTo({ id: fresh, idleMs: -1 }, newImages(1, { batchId: fresh }));
      expect(await foundBatch(open(), fresh)).toMatchObject({ isOpen: false });
    });

    it("lose no image that is added while they are closed", async () => {
      const id = await openBatch(idleMs);
      const adding = newImages(10, { batchId: id }).map((image) =>
        open().images.addTo({ id, idleMs }, [image]),
      );
      const closing = open()
        .batches.close(id)
        .then(() => open().batches.finishIfOver(id));
      const added = (await Promise.allSettled(adding)).filter(({ status }) => status === "fulfilled");
      const over = await closing;
      const { counts } = await foundBatch(open(), id);
      expect(counts.total).toBe(added.length);
      if (added.length > 0) expect(over).toBe(false);
    });
  });
}
