import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newImages } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { KeyTaken } from "../catalog/answers.ts";
import type { Catalog } from "../catalog/database.ts";
import { LostConnection } from "../catalog/postgres-errors.ts";
import { PixmillError } from "../errors.ts";
import type { LocalStorage } from "../storage/local-storage.ts";
import { originalKey } from "../storage/object-key.ts";
import { acceptOrUndo, storeOriginal } from "./submit-image.ts";

describe("an accept that fails", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  let asked: number;
  beforeEach(async () => {
    seams = await openSeams();
    asked = 0;
  });
  afterEach(() => seams.close());

  /** The catalog, which counts how often it is asked for images. */
  function counting(): Catalog {
    const images = new Proxy(seams.catalog.images, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        return (...given: unknown[]) => {
          asked += 1;
          return method.apply(target, given);
        };
      },
    });
    return Object.create(seams.catalog, { images: { value: images } }) as Catalog;
  }

  async function stored(count: number) {
    const images = newImages(count).map((image) => ({
      ...image,
      original: image.original && { ...image.original, key: originalKey(image.id, image.filename, "jpeg") },
    }));
    for (const { original } of images) if (original) await seams.storage.put(original.key, Buffer.from("x"));
    return images;
  }

  async function originals(): Promise<number> {
    let count = 0;
    for await (const _ of seams.storage.list("uploads/")) count += 1;
    return count;
  }

  it("never comes to pass when the original got its name and no durable one: a new id leaves nothing", async () => {
    const adopt: LocalStorage["adopt"] = async (path, key) => {
      await seams.storage.put(key, Buffer.from(path));
      throw new PixmillError("storage_error");
    };
    const storage = new Proxy(seams.storage, {
      get(target, name) {
        const method: unknown = name === "adopt" ? adopt : Reflect.get(target, name);
        return typeof method === "function" ? method.bind(target) : method;
      },
    });
    const header = { format: "jpeg", width: 4, height: 3, frames: 1, progressive: false } as const;
    const file = { path: "staged", bytes: 6, sha256: "a".repeat(64), filename: "cat.jpg", header };
    const [image] = newImages(1);
    if (!image) throw new Error("no image");
    const storing = (id?: string) =>
      storeOriginal({ storage }, { ...file, discard: async () => {}, ...(id && { id }) }, image);
    await expect(storing()).rejects.toThrow(PixmillError);
    expect(await originals()).toBe(0);
    // An earlier try may have been accepted with it.
    await expect(storing(image.id)).rejects.toThrow(PixmillError);
    expect(await originals()).toBe(1);
  });

  const failing = (images: Awaited<ReturnType<typeof stored>>, fail: () => Promise<never>) =>
    acceptOrUndo({ ...seams, catalog: counting() }, images, fail);

  it("but was committed has accepted all, as few questions of the catalog show", async () => {
    const images = await stored(1_100);
    const records = await failing(images, async () => {
      await seams.catalog.images.accept(images);
      throw new LostConnection(new Error("reset"));
    });
    expect(records.map(({ id }) => id)).toEqual(images.map(({ id }) => id));
    expect(asked).toBe(6);
    expect(await originals()).toBe(1_100);
  });

  it("but was committed takes no original of the others when one is deleted meanwhile", async () => {
    const images = await stored(3);
    const records = await failing(images, async () => {
      await seams.catalog.images.accept(images);
      await seams.catalog.tombstones.buryImage(images[1]?.id ?? "");
      throw new LostConnection(new Error("reset"));
    });
    expect(records.map(({ id }) => id)).toEqual([images[0]?.id, images[2]?.id]);
    expect(await originals()).toBe(3);
  });

  it("and wrote nothing leaves no originals", async () => {
    const images = await stored(3);
    const fault = new PixmillError("overloaded");
    await expect(failing(images, () => Promise.reject(fault))).rejects.toBe(fault);
    expect(await originals()).toBe(0);
  });

  it("on a connection that was lost keeps the originals: what was sent may come late", async () => {
    const fault = new LostConnection(new Error("reset"));
    await expect(failing(await stored(3), () => Promise.reject(fault))).rejects.toBe(fault);
    expect(await originals()).toBe(3);
  });

  it.each([new KeyTaken("Used."), new PixmillError("already_final")])(
    "with %s has written nothing, and the catalog is not asked",
    async (refusal) => {
      await expect(failing(await stored(1), () => Promise.reject(refusal))).rejects.toBe(refusal);
      expect(await originals()).toBe(0);
      expect(asked).toBe(0);
    },
  );
});
