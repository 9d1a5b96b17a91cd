import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { ImageRecord } from "../../src/catalog/image-record.ts";
import { maxDeliveries } from "../../src/image/outcome.ts";
import {
  accepted,
  claimed,
  deadLease,
  finished,
  found,
  longLease,
  newImage,
  newImages,
  present,
  readyThumb,
} from "./catalog-fixtures.ts";

const done = { status: "done", variants: [readyThumb], error: null } as const;

export function describeClaims(open: () => Catalog): void {
  describe("claims", () => {
    it("make an image the worker's", async () => {
      const image = await accepted(open());
      const claim = await claimed(open(), image);
      expect(claim).toMatchObject({ status: "processing", attempt: 1, deliveries: 1, worker: "worker-1" });
      expect(claim.startedAt).toBeInstanceOf(Date);
      expect(await found(open(), image.id)).toEqual(claim);
    });

    it("that race for one image are won by one", async () => {
      const { id, generation } = await accepted(open());
      const claims = await Promise.all(
        ["worker-1", "worker-2", "worker-3"].map((worker) =>
          open().claims.claim(id, { worker, leaseMs: longLease, generation }),
        ),
      );
      const won = claims.filter((claim) => claim !== undefined);
      expect(won).toHaveLength(1);
      expect(await found(open(), id)).toEqual(won[0]);
    });

    it("of an older or a coming generation get nothing", async () => {
      const { id, generation } = await accepted(open());
      for (const other of [generation - 1, generation + 1]) {
        const claim = { worker: "worker-1", leaseMs: longLease, generation: other };
        expect(await open().claims.claim(id, claim)).toBeUndefined();
      }
    });

    it("keep the time of the first claim through a give-back", async () => {
      const first = await claimed(open(), await accepted(open()));
      const again = present(await open().claims.giveBack(first.id, first.attempt, { strike: false }));
      expect((await claimed(open(), again)).startedAt).toEqual(first.startedAt);
    });

    it("end with what was made of the image", async () => {
      const claim = await claimed(open(), await accepted(open()));
      const placeholder = { thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI", color: "#8a7f6b" };
      const end = await open().claims.finish(claim.id, claim.attempt, { ...done, placeholder });
      expect(end).toMatchObject({ status: "done", variants: [readyThumb], placeholder, worker: "worker-1" });
      expect(end?.finishedAt).toBeInstanceOf(Date);
      expect(await found(open(), claim.id)).toEqual(end);
    });

    it("publish a variant before the rest is ready, in a new revision", async () => {
      const claim = await claimed(open(), await accepted(open()));
      const variants = [readyThumb, { name: "large", status: "pending" } as const];
      expect(await open().claims.publish(claim.id, claim.attempt, variants)).toBe(true);
      const expected = { status: "processing", variants, revision: claim.revision + 1 };
      expect(await found(open(), claim.id)).toMatchObject(expected);
    });

    it("invariant 4: a stale attempt cannot finish, publish, renew or give back", async () => {
      const stale = await claimed(open(), await accepted(open()), deadLease);
      const [released] = await open().claims.releaseExpired();
      const newer = await claimed(open(), present(released));
      const { id, attempt } = stale;
      expect(await open().claims.finish(id, attempt, done)).toBeUndefined();
      expect(await open().claims.publish(id, attempt, [readyThumb])).toBe(false);
      expect(await open().claims.renew(id, attempt, longLease)).toBe(false);
      expect(await open().claims.giveBack(id, attempt, { strike: true })).toBeUndefined();
      expect(await found(open(), id)).toEqual(newer);
      await finished(open(), newer);
    });

    it("invariant 4: an attempt that lost its lease cannot fail the image that waits again", async () => {
      const stale = await claimed(open(), await accepted(open()), deadLease);
      const [released] = await open().claims.releaseExpired();
      const failure = { status: "failed", variants: [], error: null } as const;
      expect(await open().claims.finish(stale.id, stale.attempt, failure)).toBeUndefined();
      expect(await found(open(), stale.id)).toEqual(released);
    });

    it("invariant 4: a cancel makes the finish that follows it lose", async () => {
      const claim = await claimed(open(), await accepted(open()));
      const cancelled = await open().images.cancel(claim.id);
      expect(await open().claims.finish(claim.id, claim.attempt, done)).toBeUndefined();
      expect(await open().claims.finish(claim.id, claim.attempt + 1, done)).toBeUndefined();
      expect(await found(open(), claim.id)).toEqual(cancelled);
    });

    it("and a cancel at the same moment as the finish end in one of the two", async () => {
      const claim = await claimed(open(), await accepted(open()));
      const [cancelled, end] = await Promise.all([
        open().images.cancel(claim.id),
        open().claims.finish(claim.id, claim.attempt, done),
      ]);
      expect([cancelled, end].filter(Boolean)).toHaveLength(1);
      expect(await found(open(), claim.id)).toEqual(cancelled ?? end);
    });

    it("hand an image on to its next phase: what is ready shows, the next job is a new one", async () => {
      const first = await claimed(open(), await accepted(open()));
      const struck = present(await open().claims.giveBack(first.id, first.attempt, { strike: true }));
      const claim = await claimed(open(), struck);
      const variants = [readyThumb, { name: "large", status: "pending" } as const];
      const placeholder = { thumbhash: "1QcSHQRnh493V4dIh4eXh1h4kJUI", color: "#8a7f6b" };
      const next = { variants, placeholder, cost: 400 };
      const handedOn = present(await open().claims.handOn(claim, next));
      expect(handedOn).toMatchObject({
        status: "queued",
        ...next,
        generation: claim.generation + 1,
        strikes: 0,
        deliveries: 0,
        worker: null,
        startedAt: claim.startedAt,
      });
      expect(await found(open(), claim.id)).toEqual(handedOn);
      const old = { worker: "worker-1", leaseMs: longLease, generation: claim.generation };
      expect(await open().claims.claim(claim.id, old)).toBeUndefined();
      expect(await open().claims.handOn(claim, next)).toBeUndefined();
      expect(await claimed(open(), handedOn)).toMatchObject({ attempt: claim.attempt + 1, variants });
    });

    it("invariant 4: an attempt that was cancelled cannot hand on", async () => {
      const claim = await claimed(open(), await accepted(open()));
      const cancelled = await open().images.cancel(claim.id);
      const next = { variants: [readyThumb], cost: 400 };
      expect(await open().claims.handOn(claim, next)).toBeUndefined();
      expect(await found(open(), claim.id)).toEqual(cancelled);
    });

    it("give an image back with what it is to be blamed for", async () => {
      const giveBack = async (options: Parameters<Catalog["claims"]["giveBack"]>[2]) => {
        const claim = await claimed(open(), await accepted(open()));
        return present(await open().claims.giveBack(claim.id, claim.attempt, options));
      };
      const blameless = { status: "queued", worker: null, strikes: 0, deliveries: 1, generation: 0 };
      expect(await giveBack({ strike: false })).toMatchObject(blameless);
      expect(await giveBack({ strike: true })).toMatchObject({ ...blameless, strikes: 1 });
      expect(await giveBack({ strike: false, undoDelivery: true })).toMatchObject({
        ...blameless,
        deliveries: 0,
      });
      expect(await giveBack({ strike: false, nextGeneration: true })).toMatchObject({
        ...blameless,
        generation: 1,
      });
    });

    it("are released when their lease has run out, and not before", async () => {
      const alive = await claimed(open(), await accepted(open()));
      const dead = await claimed(open(), await accepted(open()), deadLease);
      const renewed = await claimed(open(), await accepted(open()), deadLease);
      expect(await open().claims.renew(renewed.id, renewed.attempt, longLease)).toBe(true);

      const released = await open().claims.releaseExpired();
      expect(released).toHaveLength(1);
      expect(released[0]).toMatchObject({
        id: dead.id,
        status: "queued",
        generation: dead.generation + 1,
        worker: null,
      });
      expect((await found(open(), alive.id)).status).toBe("processing");
      expect(await open().claims.releaseExpired()).toEqual([]);
    });

    it("are all released when no other process can live", async () => {
      await claimed(open(), await accepted(open()));
      await claimed(open(), await accepted(open()));
      await accepted(open());
      const released = await open().claims.releaseExpired({ all: true });
      expect(released.map(({ status }) => status)).toEqual(["queued", "queued"]);
    });

    it(`fail an image that was claimed ${maxDeliveries} times and never ended`, async () => {
      let image = await accepted(open());
      for (let delivery = 1; delivery <= maxDeliveries; delivery += 1) {
        expect(image.status).toBe("queued");
        await claimed(open(), image, deadLease);
        image = present((await open().claims.releaseExpired())[0]);
      }
      expect(image).toMatchObject({ status: "failed", error: { code: "internal_error" } });
      expect(image.finishedAt).toBeInstanceOf(Date);
      for (const variant of image.variants)
        expect(variant).toMatchObject({ status: "failed", error: image.error });
      expect(await found(open(), image.id)).toEqual(image);
    });

    it(`are done after ${maxDeliveries} of them when something is ready, and the rest says why it is not`, async () => {
      let image = await accepted(open());
      for (let delivery = 1; delivery <= maxDeliveries; delivery += 1) {
        const { id, attempt } = await claimed(open(), image, deadLease);
        const variants = [readyThumb, { name: "large", status: "pending" } as const];
        expect(await open().claims.publish(id, attempt, variants)).toBe(true);
        image = present((await open().claims.releaseExpired())[0]);
      }
      const large = { name: "large", status: "failed", error: { code: "internal_error" } };
      expect(image).toMatchObject({ status: "done", error: null, variants: [readyThumb, large] });
      expect(await open().claims.releaseExpired()).toEqual([]);
    });

    it("find what waits by its turn, page by page", async () => {
      const batches = [newImage(), newImage()].map(({ id }) => ({ id, preset: null }));
      const records: ImageRecord[] = [];
      for (const batch of batches) {
        records.push(...(await open().images.accept(newImages(4, { batchId: batch.id }), batch)));
      }
      await claimed(open(), await accepted(open()));
      const expected = records
        .toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))
        .map(({ id, priority }) => ({ imageId: id, generation: 0, priority, strikes: 0 }));
      expect(await open().claims.unfinished({ limit: 100 })).toEqual(expected);

      const paged = [];
      let page = await open().claims.unfinished({ limit: 2 });
      while (page.length > 0) {
        paged.push(...page);
        page = await open().claims.unfinished({ limit: 2, after: page.at(-1) });
      }
      expect(paged).toEqual(expected);
    });

    it("of an image that nobody accepted get nothing", async () => {
      const { id } = newImage();
      const claim = { worker: "worker-1", leaseMs: longLease, generation: 0 };
      expect(await open().claims.claim(id, claim)).toBeUndefined();
      expect(await open().claims.renew(id, 1, longLease)).toBe(false);
    });
  });
}
