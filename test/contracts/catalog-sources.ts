import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { ImageRecord, NewImage } from "../../src/catalog/image-record.ts";
import {
  accepted,
  claimed,
  corrupt,
  deadLease,
  finished,
  found,
  newImage,
  present,
} from "./catalog-fixtures.ts";

const original = newImage().original;
const sourceUrl = "https://example.com/cat.jpg";

function toFetch(catalog: Catalog, given: Partial<NewImage> = {}): Promise<ImageRecord> {
  return accepted(catalog, { original: null, sourceUrl, ...given });
}

/** Images whose original is fetched from an address. */
export function describeSources(open: () => Catalog): void {
  describe("an image whose original is to be fetched", () => {
    const due = async () => (await open().sources.due({ limit: 100 })).map(({ imageId }) => imageId);
    const waiting = async () =>
      (await open().claims.unfinished({ limit: 100 })).map(({ imageId }) => imageId);

    it("is due at once, by its turn, and is no job of the queue", async () => {
      const plain = await accepted(open());
      const early = await toFetch(open());
      const late = await toFetch(open());
      expect(early).toMatchObject({ status: "queued", original: null, sourceUrl });
      expect(await due()).toEqual([early.id, late.id]);
      expect(await open().sources.due({ limit: 1 })).toEqual([
        {
          imageId: early.id,
          generation: 0,
          priority: early.priority,
          batchId: null,
          origin: "https://example.com",
        },
      ]);
      expect(await waiting()).toEqual([plain.id]);
      expect(await open().images.statistics()).toMatchObject({ queued: 3, toFetch: 2 });
    });

    it("is found without what lies on servers or is of batches that have enough", async () => {
      const batch = { id: newImage().id, preset: null };
      const here = await toFetch(open());
      const there = await toFetch(open(), { sourceUrl: "https://example.com:8443/cat.jpg" });
      const sourced = { original: null, sourceUrl, batchId: batch.id };
      const [inBatch] = await open().images.accept([newImage(sourced)], batch);
      const dueExcept = async (origins: readonly string[], batches: readonly string[] | "all") => {
        const due = await open().sources.due({ limit: 100, except: { origins, batches } });
        return due.map(({ imageId }) => imageId).toSorted();
      };
      expect(await dueExcept([], [])).toEqual([here.id, there.id, present(inBatch).id]);
      expect(await dueExcept(["https://example.com"], [])).toEqual([there.id]);
      expect(await dueExcept([], [batch.id])).toEqual([here.id, there.id]);
      expect(await dueExcept(["https://example.com:8443"], "all")).toEqual([here.id]);
    });

    it("is a job of the queue once it is fetched, as a new generation with a clean record", async () => {
      const { id } = await toFetch(open());
      const claim = await claimed(open(), await found(open(), id));
      expect(await due()).toEqual([]);
      const fetched = present(
        await open().sources.fetched(id, claim.attempt, present(original ?? undefined)),
      );
      expect(fetched).toMatchObject({
        status: "queued",
        original,
        generation: 1,
        deliveries: 0,
        worker: null,
      });
      expect(await due()).toEqual([]);
      expect(await waiting()).toEqual([id]);
      expect(await open().images.statistics()).toMatchObject({ queued: 1, toFetch: 0 });
      expect(await found(open(), id)).toEqual(fetched);
    });

    it("takes no original from an attempt that lost it", async () => {
      const image = await toFetch(open());
      const claim = await claimed(open(), image);
      await open().images.cancel(image.id);
      const late = await open().sources.fetched(image.id, claim.attempt, present(original ?? undefined));
      expect(late).toBeUndefined();
      expect(await found(open(), image.id)).toMatchObject({ status: "cancelled", original: null });
    });

    it("waits out its delay after a give-back, and other images have none", async () => {
      const image = await toFetch(open());
      const claim = await claimed(open(), image);
      await open().claims.giveBack(image.id, claim.attempt, { strike: false, delayMs: 60_000 });
      expect(await due()).toEqual([]);
      const again = await toFetch(open());
      const reclaim = await claimed(open(), again);
      await open().claims.giveBack(again.id, reclaim.attempt, { strike: false, delayMs: 0 });
      const plain = await claimed(open(), await accepted(open()));
      await open().claims.giveBack(plain.id, plain.attempt, { strike: false, delayMs: 60_000 });
      expect(await due()).toEqual([again.id]);
      expect(await waiting()).toEqual([plain.id]);
    });

    it("is due again when its worker went silent", async () => {
      const image = await toFetch(open());
      await claimed(open(), image, deadLease);
      await open().claims.releaseExpired();
      expect(await due()).toEqual([image.id]);
      expect(await waiting()).toEqual([]);
    });

    it("is fetched anew by a retry, unless it was fetched before it failed", async () => {
      const unfetched = await finished(open(), await claimed(open(), await toFetch(open())), "failed");
      await open().images.retry(unfetched.id);
      expect(await due()).toEqual([unfetched.id]);
      const image = await toFetch(open());
      const claim = await claimed(open(), image);
      const fetched = await open().sources.fetched(image.id, claim.attempt, present(original ?? undefined));
      await finished(open(), await claimed(open(), present(fetched)), "failed");
      await open().images.retry(image.id);
      expect(await due()).toEqual([unfetched.id]);
      expect(await waiting()).toEqual([image.id]);
    });

    it("is never due when it was refused, cancelled, or deleted", async () => {
      await toFetch(open(), { error: corrupt });
      await open().images.cancel((await toFetch(open())).id);
      await open().tombstones.buryImage((await toFetch(open())).id);
      expect(await due()).toEqual([]);
      expect(await open().images.statistics()).toMatchObject({ toFetch: 0 });
    });
  });
}
