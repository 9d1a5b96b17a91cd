import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accepted, claimed, newImage, newImages, present } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import type { Catalog } from "../catalog/database.ts";
import { newImageId } from "../image/image-id.ts";
import { originalKey } from "../storage/object-key.ts";
import { deleteImage } from "./delete-image.ts";
import { findOriginal } from "./find-original.ts";
import { reconcile } from "./reconcile.ts";

describe("a delete", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  beforeEach(async () => {
    seams = await openSeams();
  });
  afterEach(() => seams.close());

  async function acceptedWithFile() {
    const image = newImage();
    const key = originalKey(image.id, image.filename, "jpeg");
    await seams.storage.put(key, Buffer.from("x"));
    return accepted(seams.catalog, { ...image, original: image.original && { ...image.original, key } });
  }

  /** The catalog, in which somebody else deletes the image right after our call of that number. */
  function overtakenAfter(calls: number, id: string): Catalog {
    let left = calls;
    const images = new Proxy(seams.catalog.images, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return async (...given: unknown[]) => {
          const answer: unknown = await method.apply(target, given);
          left -= 1;
          if (left === 0) await deleteImage(seams, id);
          return answer;
        };
      },
    });
    return Object.create(seams.catalog, { images: { value: images } }) as Catalog;
  }

  it.each([1, 2, 3, 4])("that is overtaken by another after %i steps is done all the same", async (calls) => {
    const { id } = await acceptedWithFile();
    await deleteImage({ ...seams, catalog: overtakenAfter(calls, id) }, id);
    expect(await seams.catalog.images.find(id)).toBe("gone");
  });

  it("of what never was is refused", async () => {
    for (const id of [newImageId(), "x", "\0"]) {
      await expect(deleteImage(seams, id)).rejects.toMatchObject({ code: "not_found" });
    }
  });

  it("that comes between the look at an image and the read of its file makes it gone", async () => {
    const { id } = await acceptedWithFile();
    const content = await findOriginal(seams, id);
    await deleteImage(seams, id);
    await expect(content.open()).rejects.toMatchObject({ code: "gone" });
  });

  it("is not what is said of a file that storage has lost", async () => {
    const { id, original } = await acceptedWithFile();
    if (original) await seams.storage.delete(original.key);
    const content = await findOriginal(seams, id);
    await expect(content.open()).rejects.toMatchObject({ code: "original_missing" });
  });

  /** The keys of what `attempts` tries fetched of one address, of which the row knows the last when it is `written`. */
  async function fetchedBy(attempts: number, { written }: { written: boolean }) {
    const record = await accepted(seams.catalog, { original: null, sourceUrl: "https://example.com/cat" });
    const keys: string[] = [];
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      await claimed(seams.catalog, record);
      keys.push(originalKey(record.id, record.filename, attempt === 1 ? "png" : "jpeg", attempt));
      await seams.storage.put(keys.at(-1) ?? "", Buffer.from("x"));
      if (attempt < attempts) await seams.catalog.claims.giveBack(record.id, attempt, { strike: false });
    }
    const original = { ...present(newImage().original ?? undefined), key: keys.at(-1) ?? "" };
    if (written) await seams.catalog.sources.fetched(record.id, attempts, original);
    return { id: record.id, keys };
  }

  async function stored(): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of seams.storage.list("")) keys.push(key);
    return keys.sort();
  }

  it("takes along what lost attempts fetched, alone and with a batch, and nothing of its neighbours", async () => {
    const neighbour = await fetchedBy(1, { written: true });
    const fetched = await fetchedBy(3, { written: true });
    const unwritten = await fetchedBy(1, { written: false });
    for (const { id } of [fetched, unwritten]) await deleteImage(seams, id);
    expect(await stored()).toEqual(neighbour.keys);
    const later = await fetchedBy(2, { written: true });
    await seams.catalog.tombstones.buryImage(later.id);
    await reconcile(seams);
    expect(await stored()).toEqual(neighbour.keys);
  });

  it("of very many images leaves the reconciler time for its other work", async () => {
    const batchId = newImageId();
    await seams.catalog.images.accept(newImages(600, { batchId, original: null }), {
      id: batchId,
      preset: null,
    });
    await seams.catalog.tombstones.buryBatch(batchId);
    const left = async () => (await seams.catalog.tombstones.buriedWithBlobs(1000)).length;
    await reconcile(seams);
    expect(await left()).toBe(100);
    await reconcile(seams);
    expect(await left()).toBe(0);
  });
});
