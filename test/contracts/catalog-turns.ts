import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { ImageRecord } from "../../src/catalog/image-record.ts";
import { accepted, claimed, finished, found, newImage, newImages, present } from "./catalog-fixtures.ts";

/** Start-time fair queueing, as the catalog gives turns. */
export function describeTurns(open: () => Catalog): void {
  async function batchOf(count: number, cost: number): Promise<ImageRecord[]> {
    const { id } = newImage();
    return await open().images.accept(newImages(count, { batchId: id, cost }), { id, preset: null });
  }

  /** Works on what waits, by its turn; returns of which batch each was. */
  async function work(count: number): Promise<(string | null)[]> {
    const batches: (string | null)[] = [];
    for (let done = 0; done < count; done += 1) {
      const [next] = await open().claims.unfinished({ limit: 1 });
      const image = await found(open(), present(next).imageId);
      await finished(open(), await claimed(open(), image));
      batches.push(image.batchId);
    }
    return batches;
  }

  const of = (ran: readonly (string | null)[], images: readonly ImageRecord[]) =>
    ran.filter((id) => id === images[0]?.batchId).length;

  describe("turns", () => {
    it("alternate between two batches that came one after the other, by what their images cost", async () => {
      const cheap = await batchOf(40, 10);
      const dear = await batchOf(40, 30);
      const ran = await work(20);
      expect(of(ran, cheap)).toBe(15);
      expect(of(ran, dear)).toBe(5);
    });

    it("of a batch that comes late begin where the others are, and it does not catch up", async () => {
      const first = await batchOf(40, 10);
      await work(20);
      await claimed(open(), await found(open(), present(first[20]).id));
      const late = await batchOf(40, 10);
      const ran = await work(20);
      expect(Math.abs(of(ran, first) - of(ran, late))).toBeLessThanOrEqual(1);
    });

    it("let a single image go before all that waits of a batch", async () => {
      const batch = await batchOf(100, 10);
      await work(10);
      await claimed(open(), await found(open(), present(batch[10]).id));
      const single = await accepted(open(), { cost: 500 });
      const [next] = await open().claims.unfinished({ limit: 1 });
      expect(next?.imageId).toBe(single.id);
    });

    it("let a single image go first however many were done before", async () => {
      for (let count = 0; count < 20; count += 1) {
        await finished(open(), await claimed(open(), await accepted(open(), { cost: 1_000 })));
      }
      const batch = await batchOf(100, 10);
      expect((await accepted(open())).priority).toBeLessThanOrEqual(present(batch[1]).priority);
    });

    it("let a single image go first after dear ones were cancelled or deleted", async () => {
      const batch = await batchOf(100, 10);
      await claimed(open(), present(batch[0]));
      const cancelled = await accepted(open(), { cost: 300_000 });
      await open().images.cancel(cancelled.id);
      const deleted = await accepted(open(), { cost: 300_000 });
      await open().tombstones.buryImage(deleted.id);
      expect((await accepted(open())).priority).toBeLessThanOrEqual(present(batch[1]).priority);
    });

    it("let a dear single image put others off by no more than a second of the batches' work", async () => {
      const batch = await batchOf(100, 100);
      await claimed(open(), present(batch[0]));
      const dear = await claimed(open(), await accepted(open(), { cost: 300_000 }));
      const next = await accepted(open());
      expect(next.priority).toBeGreaterThan(dear.priority);
      expect(next.priority).toBeLessThanOrEqual(dear.priority + 1_000);
    });

    it("of a single image's costly phase put nobody off", async () => {
      const batch = await batchOf(100, 10);
      await claimed(open(), present(batch[0]));
      const claim = await claimed(open(), await accepted(open()));
      await open().claims.handOn(claim, { variants: claim.variants, cost: 100_000 });
      expect((await accepted(open())).priority).toBeLessThanOrEqual(present(batch[1]).priority);
    });

    it("of retried single images leave a batch its part like those of new ones", async () => {
      const singles: ImageRecord[] = [];
      for (let count = 0; count < 40; count += 1) {
        const claim = await claimed(open(), await accepted(open(), { cost: 40 }));
        singles.push(await finished(open(), claim, "failed"));
      }
      const batch = await batchOf(40, 40);
      for (const { id } of singles) await open().images.retry(id);
      const ran = await work(25);
      expect(of(ran, batch)).toBeGreaterThanOrEqual(4);
      expect(of(ran, batch)).toBeLessThanOrEqual(6);
    });

    it("do not let a flood of single images stop a batch", async () => {
      const batch = await batchOf(100, 40);
      for (let count = 0; count < 100; count += 1) await accepted(open(), { cost: 40 });
      const ran = await work(50);
      expect(of(ran, batch)).toBeGreaterThanOrEqual(9);
      expect(of(ran, batch)).toBeLessThanOrEqual(11);
    });

    it("do not make a batch pay in the end for the work that it had alone", async () => {
      const open1 = newImage();
      const idleMs = 60_000;
      const { id } = open1;
      await open().batches.open({ id, preset: null, presetVersion: null, transforms: [], idleMs });
      await open().images.addTo({ id, idleMs }, newImages(20, { batchId: id, cost: 100 }));
      await work(20);
      const other = await batchOf(20, 10);
      const again = await open().images.addTo({ id, idleMs }, newImages(20, { batchId: id, cost: 10 }));
      const ran = await work(20);
      expect(Math.abs(of(ran, other) - of(ran, again))).toBeLessThanOrEqual(1);
    });

    it("go on in another process as they stood", async () => {
      const batch = await batchOf(10, 10);
      await work(5);
      const running = await claimed(open(), await found(open(), present(batch[5]).id));
      const late = await batchOf(2, 10);
      expect(late.map(({ priority }) => priority)).toEqual([running.priority, running.priority + 10]);
    });

    it("of a costly phase come behind what its batch has, and before nothing of another's share", async () => {
      const batch = await batchOf(3, 10);
      const other = await batchOf(3, 10);
      const claim = await claimed(open(), present(batch[0]));
      const handedOn = present(await open().claims.handOn(claim, { variants: claim.variants, cost: 500 }));
      expect(handedOn.priority).toBe(present(batch[2]).priority + 10);
      expect(handedOn.cost).toBe(500);
      const [added] = (await work(5)).slice(-1);
      expect([batch[0]?.batchId, other[0]?.batchId]).toContain(added);
      expect((await open().claims.unfinished({ limit: 1 }))[0]?.imageId).toBe(handedOn.id);
    });
  });
}
