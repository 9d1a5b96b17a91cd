import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { ImageRecord } from "../../src/catalog/image-record.ts";
import { claimed, finished, found, newImage, newImages, present } from "./catalog-fixtures.ts";

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
      await open().images.bury(present(buried).id);
      expect(await open().batches.find(id)).toEqual({
        id,
        preset: "default",
        createdAt: expect.any(Date),
        finishedAt: null,
        cancelledAt: null,
        counts: { total: 5, queued: 1, processing: 1, done: 1, failed: 1, cancelled: 1 },
      });
    });

    it("that nobody made are not found, and nothing of them is cancelled or finished", async () => {
      const { id } = newImage();
      expect(await open().batches.find(id)).toBeUndefined();
      expect(await open().batches.cancel(id)).toBe(0);
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
      expect((await open().batches.find(id))?.finishedAt).toBeInstanceOf(Date);
      expect(await open().batches.overButOpen(10)).toEqual([]);
    });

    it("are over when the only image that was unfinished is deleted", async () => {
      const { id, images } = await batchOf(1);
      await open().images.bury(present(images[0]).id);
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("show their first images in the order of submission, without those that are deleted", async () => {
      const { id, images } = await batchOf(5);
      await batchOf(1);
      await open().images.bury(present(images[1]).id);
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
      expect((await open().batches.find(id))?.finishedAt).toBeInstanceOf(Date);
      const retried = present(await open().images.retry(present(images[1]).id));
      expect((await open().batches.find(id))?.finishedAt).toBeNull();
      expect((await open().batches.find(other.id))?.finishedAt).toBeInstanceOf(Date);
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
      expect(await open().batches.cancel(id)).toBe(3);
      expect(await open().batches.find(id)).toMatchObject({
        cancelledAt: expect.any(Date),
        counts: { total: 4, done: 1, cancelled: 3 },
      });
      expect((await found(open(), claim.id)).attempt, "the fence is raised").toBe(claim.attempt + 1);
      expect(await open().batches.find(other.id)).toMatchObject({ cancelledAt: null, counts: { queued: 1 } });
      expect(await open().batches.cancel(id)).toBe(0);
      expect(await open().batches.finishIfOver(id)).toBe(true);
    });

    it("that are over stay as they are when they are cancelled", async () => {
      const { id, images } = await batchOf(1);
      await finished(open(), await claimed(open(), present(images[0])));
      await open().batches.finishIfOver(id);
      const before = await open().batches.find(id);
      expect(await open().batches.cancel(id)).toBe(0);
      expect(await open().batches.find(id)).toEqual(before);
    });
  });
}
