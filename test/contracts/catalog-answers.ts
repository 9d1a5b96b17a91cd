import { describe, expect, it } from "vitest";
import { KeyTaken, type UniqueRequest } from "../../src/catalog/answers.ts";
import type { Catalog } from "../../src/catalog/database.ts";
import type { Variant } from "../../src/image/variant.ts";
import {
  accepted,
  claimed,
  corrupt,
  imageThatIs,
  newImage,
  newImages,
  present,
  readyThumb,
} from "./catalog-fixtures.ts";

/** A lifetime that is over when it begins, so that no test waits for a clock. */
const over = -1_000;

function request(given: Partial<UniqueRequest> = {}): UniqueRequest {
  return { hash: "hash-1", fingerprint: "fingerprint-1", lifetimeMs: 60_000, ...given };
}

async function count(catalog: Catalog): Promise<number> {
  return (await catalog.images.list({ limit: 100 })).items.length;
}

export function describeAnswers(open: () => Catalog): void {
  describe("answers", () => {
    it("are found by the key's hash, with the image that was accepted", async () => {
      const image = newImage();
      await open().images.accept([image], undefined, request());
      expect(await open().answers.find(request())).toEqual({
        fingerprint: "fingerprint-1",
        imageId: image.id,
        batchId: null,
        wasFound: false,
        total: 1,
        failed: 0,
      });
      expect(await open().answers.find(request({ hash: "hash-2" }))).toBeUndefined();
    });

    it("of a batch tell how many images it had, and how many were refused at once", async () => {
      const batch = { id: newImage().id, preset: null };
      const images = [
        ...newImages(3, { batchId: batch.id }),
        newImage({ batchId: batch.id, original: null, error: corrupt }),
      ];
      await open().images.accept(images, batch, request());
      expect(await open().answers.find(request())).toMatchObject({
        imageId: null,
        batchId: batch.id,
        total: 4,
        failed: 1,
      });
    });

    it("invariant 4: let one of 20 requests under a key be accepted, and write nothing of the others", async () => {
      const accepting = newImages(20).map((image) => open().images.accept([image], undefined, request()));
      const outcomes = await Promise.allSettled(accepting);
      const lost = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(lost).toHaveLength(19);
      for (const { reason } of lost) expect(reason).toBeInstanceOf(KeyTaken);
      const { items } = await open().images.list({ limit: 100 });
      expect(items).toHaveLength(1);
      expect(await open().answers.find(request())).toMatchObject({ imageId: items[0]?.id });
    });

    it("are forgotten on request, but not one that came meanwhile", async () => {
      const [first, second] = [newImage(), newImage()];
      await open().images.accept([first], undefined, request());
      const answer = await open().answers.find(request());
      if (!answer) throw new Error("there is no answer");
      await open().answers.forget(request(), { ...answer, imageId: second.id });
      expect(await open().answers.find(request())).toBeDefined();
      await open().answers.forget(request(), answer);
      expect(await open().answers.find(request())).toBeUndefined();
      await open().images.accept([second], undefined, request());
      expect(await open().answers.find(request())).toMatchObject({ imageId: second.id });
    });

    it("are not written when the accept beside them fails", async () => {
      const { id } = await accepted(open());
      await expect(open().images.accept([newImage({ id })], undefined, request())).rejects.toThrow();
      expect(await open().answers.find(request())).toBeUndefined();
      await open().images.accept([newImage()], undefined, request());
      expect(await count(open())).toBe(2);
    });

    it("past their lifetime are not found, and make room for another under the same key", async () => {
      await open().images.accept([newImage()], undefined, request());
      expect(await open().answers.find(request({ lifetimeMs: over }))).toBeUndefined();
      const other = newImage();
      const late = request({ fingerprint: "fingerprint-2", lifetimeMs: over });
      await open().images.accept([other], undefined, late);
      const answer = await open().answers.find(request());
      expect(answer).toMatchObject({ fingerprint: "fingerprint-2", imageId: other.id });
    });

    it("can be of an image that there was", async () => {
      const { id } = await accepted(open());
      const answer = { imageId: id, batchId: null, wasFound: true, total: 1, failed: 0 };
      await open().answers.remember(request(), answer);
      expect(await open().answers.find(request())).toMatchObject(answer);
      await expect(open().answers.remember(request(), answer)).rejects.toThrow(KeyTaken);
    });

    it("are purged by their age", async () => {
      await open().images.accept([newImage()], undefined, request());
      expect(await open().answers.purge(60_000)).toBe(0);
      expect(await open().answers.purge(over)).toBe(1);
      expect(await open().answers.find(request())).toBeUndefined();
    });
  });

  describe("the twin of an image", () => {
    const { original, transforms } = newImage();
    const sha256 = original?.sha256 ?? "";

    it.each(["queued", "processing", "done"] as const)("is found while it is %s", async (status) => {
      const image = await imageThatIs(open(), status);
      expect(await open().images.findTwin(sha256, transforms)).toEqual(image);
    });

    it.each(["failed", "cancelled"] as const)("is not found when it is %s", async (status) => {
      await imageThatIs(open(), status);
      expect(await open().images.findTwin(sha256, transforms)).toBeUndefined();
    });

    it("has the same bytes and the same transforms", async () => {
      await accepted(open());
      expect(await open().images.findTwin("c".repeat(64), transforms)).toBeUndefined();
      expect(await open().images.findTwin(sha256, transforms.slice(1))).toBeUndefined();
    });

    it("lacks no variant that may come the next time", async () => {
      const endWith = async (retryable: boolean) => {
        const claim = await claimed(open(), await accepted(open()));
        const large: Variant = {
          name: "large",
          status: "failed",
          error: { code: "engine_timeout", message: 'It said "retryable":true.', retryable },
        };
        const outcome = { status: "done", variants: [readyThumb, large], error: null } as const;
        return present(await open().claims.finish(claim.id, claim.attempt, outcome));
      };
      const lasting = await endWith(false);
      await endWith(true);
      expect(await open().images.findTwin(sha256, transforms)).toEqual(lasting);
    });

    it("is the newest of several, and none that was deleted", async () => {
      const older = await accepted(open());
      const newer = await accepted(open());
      expect(await open().images.findTwin(sha256, transforms)).toEqual(newer);
      await open().tombstones.buryImage(newer.id);
      expect(await open().images.findTwin(sha256, transforms)).toEqual(older);
    });
  });
}
