import { describe, expect, it } from "vitest";
import type { Catalog } from "../../src/catalog/database.ts";
import type { DueDelivery, Settlement } from "../../src/catalog/deliveries.ts";
import type { DeliveryAttempt, DeliveryRecord } from "../../src/catalog/delivery-record.ts";
import type { NewImage } from "../../src/catalog/image-record.ts";
import {
  accepted,
  claimed,
  corrupt,
  deadLease,
  finished,
  foundBatch,
  longLease,
  newImage,
  newImages,
  present,
} from "./catalog-fixtures.ts";

const callbackUrl = "https://hooks.example.com:8443/pixmill?token=1";
const refused: DeliveryAttempt = {
  at: new Date("2026-02-03T04:05:06.789Z"),
  durationMs: 12,
  statusCode: 500,
  error: "The receiver answered 500.",
};
const acknowledged: DeliveryAttempt = { ...refused, statusCode: 204, error: null };
const everything = { limit: 100, except: [] };

export function describeDeliveries(open: () => Catalog): void {
  const all = async () => (await open().deliveries.list({ limit: 100 })).items;

  async function pendingDelivery(given: Partial<NewImage> = {}): Promise<DeliveryRecord> {
    const image = await accepted(open(), { callbackUrl, ...given });
    await finished(open(), await claimed(open(), image));
    return present((await open().deliveries.list({ imageId: image.id, limit: 1 })).items[0]);
  }

  const due = async (id: string): Promise<DueDelivery> =>
    present((await open().deliveries.due(everything)).find((candidate) => candidate.id === id));

  const take = async (id: string, leaseMs = longLease): Promise<DeliveryRecord> =>
    present(await open().deliveries.claim(await due(id), leaseMs));

  const state = async (id: string) => present(await open().deliveries.find(id));

  async function settled(attempt: DeliveryAttempt, settlement: Settlement): Promise<DeliveryRecord> {
    const { id } = await pendingDelivery();
    expect(await open().deliveries.settle(await take(id), attempt, settlement)).toBe(true);
    return state(id);
  }

  describe("deliveries", () => {
    it("are written with the final state that they tell of, and never again for it", async () => {
      const image = await accepted(open(), { callbackUrl, client: "shop" });
      const claim = await claimed(open(), image);
      expect(await all()).toEqual([]);
      const done = await finished(open(), claim);
      const [delivery] = await all();
      expect(delivery).toEqual({
        id: expect.stringMatching(/^msg_[0-9a-f]{32}$/),
        imageId: image.id,
        batchId: null,
        type: "image.done",
        url: callbackUrl,
        client: "shop",
        receiver: "https://hooks.example.com:8443",
        payload: expect.any(String),
        status: "pending",
        attempts: [],
        tries: 0,
        claim: 0,
        createdAt: expect.any(Date),
        pendingSince: expect.any(Date),
        nextAt: expect.any(Date),
        endedAt: null,
      });
      expect(JSON.parse(present(delivery).payload)).toEqual({
        type: "image.done",
        timestamp: done.finishedAt?.toISOString(),
        data: { id: image.id, status: "done", revision: done.revision },
      });
      // The attempt that lost it changes no row, and tells nobody.
      const late = { status: "failed", variants: [], error: corrupt } as const;
      expect(await open().claims.finish(image.id, claim.attempt, late)).toBeUndefined();
      expect(await all()).toHaveLength(1);
    });

    it("are not made for an image without an address", async () => {
      await finished(open(), await claimed(open(), await accepted(open())));
      expect(await all()).toEqual([]);
    });

    it("tell of failures, cancellations and each end of an image that is tried again", async () => {
      const image = await accepted(open(), { callbackUrl });
      await finished(open(), await claimed(open(), image), "failed");
      const retried = present(await open().images.retry(image.id));
      await finished(open(), await claimed(open(), retried), "failed");
      await open().images.retry(image.id);
      await open().images.cancel(image.id);
      const items = await all();
      expect(items.map(({ type }) => type)).toEqual(["image.cancelled", "image.failed", "image.failed"]);
      expect(new Set(items.map(({ id }) => id)).size).toBe(3);
      expect(items.map(({ payload }) => JSON.parse(payload).data.status)).toEqual([
        "cancelled",
        "failed",
        "failed",
      ]);
    });

    it("tell of an image that is born failed, and of those that go down with their batch", async () => {
      const batch = { id: newImage().id, preset: null };
      const images = newImages(3, { batchId: batch.id, callbackUrl });
      await open().images.accept([...images, newImage({ callbackUrl, error: corrupt })], batch);
      expect((await all()).map(({ type }) => type)).toEqual(["image.failed"]);
      expect(await open().batches.cancel(batch.id)).toHaveLength(3);
      expect((await all()).map(({ type }) => type)).toEqual([
        ...Array(3).fill("image.cancelled"),
        "image.failed",
      ]);
    });

    it("tell of an image whose workers all died", async () => {
      const { id } = await accepted(open(), { callbackUrl });
      for (let time = 0; time < 20; time++) {
        const { generation } = (await open().images.find(id)) as { generation: number };
        await open().claims.claim(id, { worker: "worker-1", leaseMs: deadLease, generation });
        await open().claims.releaseExpired();
      }
      expect((await all()).map(({ type }) => type)).toEqual(["image.failed"]);
    });

    it("tell of the end of a batch exactly once", async () => {
      const batch = { id: newImage().id, preset: null, callbackUrl };
      const [image] = await open().images.accept(newImages(1, { batchId: batch.id }), batch);
      const claim = await claimed(open(), present(image));
      expect(await open().batches.finishIfOver(batch.id)).toBe(false);
      expect(await all()).toEqual([]);
      await finished(open(), claim);
      const answers = await Promise.all([1, 2, 3].map(() => open().batches.finishIfOver(batch.id)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      const items = await all();
      expect(items).toMatchObject([{ type: "batch.done", imageId: null, batchId: batch.id }]);
      const finishedAt = (await foundBatch(open(), batch.id)).finishedAt;
      expect(JSON.parse(present(items[0]).payload)).toEqual({
        type: "batch.done",
        timestamp: finishedAt?.toISOString(),
        data: { id: batch.id, finishedAt: finishedAt?.toISOString(), done: 1 },
      });
    });

    it("tell of no end of a batch that is deleted while it is being ended", async () => {
      for (let time = 0; time < 10; time++) {
        const batch = { id: newImage().id, preset: null, callbackUrl };
        const [image] = await open().images.accept(newImages(1, { batchId: batch.id }), batch);
        await finished(open(), await claimed(open(), present(image)));
        await Promise.all([open().batches.finishIfOver(batch.id), open().tombstones.buryBatch(batch.id)]);
      }
      expect(await all()).toEqual([]);
    });

    it("go when the image is deleted", async () => {
      const kept = await pendingDelivery();
      const { imageId } = await pendingDelivery();
      await open().tombstones.buryImage(imageId ?? "");
      await open().tombstones.emptyImage(imageId ?? "");
      expect((await all()).map(({ id }) => id)).toEqual([kept.id]);
    });

    it("are listed newest first, page by page, by image, batch and status", async () => {
      const batchId = newImage().id;
      await open().images.accept([], { id: batchId, preset: null });
      const ids: string[] = [];
      for (const given of [{}, { batchId }, {}]) ids.push((await pendingDelivery(given)).id);
      const [first, inBatch, last] = ids.map((id) => id);
      const page = await open().deliveries.list({ limit: 2 });
      expect(page.items.map(({ id }) => id)).toEqual([last, inBatch]);
      const cursor = present(page.nextCursor ?? undefined);
      expect((await open().deliveries.list({ limit: 2, cursor })).items.map(({ id }) => id)).toEqual([first]);
      await expect(open().deliveries.list({ limit: 2, cursor: "nonsense" })).rejects.toMatchObject({
        code: "invalid_request",
      });
      const listed = async (filter: object) =>
        (await open().deliveries.list({ limit: 9, ...filter })).items.map(({ id }) => id);
      expect(await listed({ batchId })).toEqual([inBatch]);
      expect(await listed({ imageId: "\0" })).toEqual([]);
      await open().deliveries.settle(await take(present(first)), acknowledged, { status: "delivered" });
      expect(await listed({ status: "delivered" })).toEqual([first]);
      expect(await listed({ status: "pending" })).toEqual([last, inBatch]);
    });

    it("are found by their id alone", async () => {
      const { id } = await pendingDelivery();
      expect(await open().deliveries.find(id)).toMatchObject({ id });
      for (const other of [`${id.slice(0, -1)}x`, "\0", "", newImage().id]) {
        expect(await open().deliveries.find(other)).toBeUndefined();
      }
    });

    it("are due at once, without those of receivers that are busy", async () => {
      const { id } = await pendingDelivery();
      const other = await pendingDelivery({ callbackUrl: "http://other.example/" });
      const seen = await open().deliveries.due(everything);
      expect(seen.map((delivery) => delivery.id)).toEqual([id, other.id]);
      const except = ["https://hooks.example.com:8443"];
      expect((await open().deliveries.due({ limit: 9, except })).map((delivery) => delivery.id)).toEqual([
        other.id,
      ]);
      expect(await open().deliveries.due({ limit: 1, except: [] })).toHaveLength(1);
    });

    it("are one worker's for the time of its lease, of two that claim at once too", async () => {
      const { id } = await pendingDelivery();
      const seen = await due(id);
      const claims = await Promise.all([1, 2, 3].map(() => open().deliveries.claim(seen, longLease)));
      expect(claims.filter(Boolean)).toHaveLength(1);
      expect(await open().deliveries.due(everything)).toEqual([]);
    });

    it("come again when their worker is lost, and the log says that nobody knows", async () => {
      const { id } = await pendingDelivery();
      const lost = await take(id, deadLease);
      const again = await take(id);
      expect(again).toMatchObject({
        tries: 1,
        attempts: [{ at: expect.any(Date), statusCode: null, error: expect.stringContaining("lost") }],
      });
      expect(await open().deliveries.settle(lost, acknowledged, { status: "delivered" })).toBe(false);
      expect(await open().deliveries.settle(again, acknowledged, { status: "delivered" })).toBe(true);
      expect(await state(id)).toMatchObject({ status: "delivered", attempts: [{}, acknowledged], tries: 2 });
    });

    it("end when they are acknowledged", async () => {
      const ended = {
        status: "delivered",
        nextAt: null,
        endedAt: expect.any(Date),
        attempts: [acknowledged],
      };
      expect(await settled(acknowledged, { status: "delivered" })).toMatchObject(ended);
      expect(await open().deliveries.due(everything)).toEqual([]);
    });

    it("end when they are given up", async () => {
      const ended = { status: "failed", nextAt: null, endedAt: expect.any(Date), attempts: [refused] };
      expect(await settled(refused, { status: "failed" })).toMatchObject(ended);
      expect(await open().deliveries.due(everything)).toEqual([]);
    });

    it("wait before the next attempt as long as they are told", async () => {
      const waiting = await settled(refused, { status: "pending", inMs: 3_600_000 });
      expect(waiting).toMatchObject({ status: "pending", tries: 1, endedAt: null, attempts: [refused] });
      expect(Number(waiting.nextAt) - Date.now()).toBeGreaterThan(3_500_000);
      expect(await open().deliveries.due(everything)).toEqual([]);
      const { id } = await settled(refused, { status: "pending", inMs: -1 });
      expect(await due(id)).toMatchObject({ id, sendingSince: null });
    });

    it("are due again when a stopping worker gives them back, with nothing in the log", async () => {
      const { id } = await pendingDelivery();
      await open().deliveries.release(await take(id));
      expect(await take(id)).toMatchObject({ attempts: [], tries: 0 });
    });

    it("are all given back where no other process lives", async () => {
      const { id } = await pendingDelivery();
      await take(id);
      await open().deliveries.releaseAll();
      expect(await due(id)).toMatchObject({ sendingSince: expect.any(Date) });
    });

    it("are replayed with their log and a fresh start", async () => {
      const failed = await settled(refused, { status: "failed" });
      const replayed = present(await open().deliveries.replay(failed.id));
      expect(replayed).toMatchObject({ status: "pending", tries: 0, endedAt: null, attempts: [refused] });
      expect(replayed.payload).toBe(failed.payload);
      await open().deliveries.settle(await take(failed.id), acknowledged, { status: "delivered" });
      expect(await state(failed.id)).toMatchObject({
        status: "delivered",
        attempts: [refused, acknowledged],
      });
    });

    it("that are being sent are not replayed beside it", async () => {
      const { id } = await pendingDelivery();
      const claim = await take(id);
      expect(await open().deliveries.replay(id)).toMatchObject({ status: "pending", claim: claim.claim });
      expect(await open().deliveries.due(everything)).toEqual([]);
      expect(await open().deliveries.replay(`msg_${"0".repeat(32)}`)).toBeUndefined();
    });

    it("are forgotten some time after their end, and never before", async () => {
      await pendingDelivery();
      await settled(acknowledged, { status: "delivered" });
      expect(await open().deliveries.purge(60_000)).toBe(0);
      expect(await open().deliveries.purge(-1_000)).toBe(1);
      expect((await all()).map(({ status }) => status)).toEqual(["pending"]);
    });
  });

  it("has one secret for webhooks, however often it is asked", async () => {
    const secret = await open().webhookSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(await open().webhookSecret()).toBe(secret);
  });
}
