import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openCatalog } from "../../src/catalog/database.ts";
import { newImageId } from "../../src/image/image-id.ts";
import { silentLogger } from "../../src/logger.ts";
import { sweep } from "../../src/resize/sweep.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { originalKey, variantKey } from "../../src/storage/object-key.ts";
import { WorkFolders } from "../../src/storage/work-folder.ts";
import { newImage, present, readyThumb } from "../contracts/catalog-fixtures.ts";
import { flat } from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../support/pixmill.ts";

const folders: string[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) await removeFolder(folder);
});

describe("what a killed process left", () => {
  it("is gone after the next start: an original without a row, a half received file; accepted ones stay", async () => {
    const root = await temporaryFolder();
    folders.push(root);
    const first = await startPixmill({ storage: root });
    const picture = await flat({ width: 400, height: 400, format: "png" });
    const { id } = await accepted(first.url, { name: "kept.png", content: picture });
    await finalImage(first.url, id);
    await first.killAll();
    const storage = await LocalStorage.open(root);
    await storage.put(originalKey(newImageId(), "orphan.png", "png"), picture);
    const workFolders = await WorkFolders.open(root);
    await workFolders.create("dead.1");
    const second = await startPixmill({ storage: root });
    const originals = (await readdir(join(root, "uploads"), { recursive: true })).filter((p) =>
      p.endsWith(".png"),
    );
    expect(originals).toEqual([expect.stringContaining(`${id}-kept`)]);
    expect(await readdir(join(root, ".work/claims"))).toEqual([]);
    expect((await fetch(`${second.url}/v1/images/${id}/original`)).status).toBe(200);
    await second.stop();
  });

  it("is left alone while it may still be in somebody's hands", async () => {
    const root = await temporaryFolder();
    folders.push(root);
    const storage = await LocalStorage.open(root);
    const workFolders = await WorkFolders.open(root);
    const catalog = await openCatalog(`sqlite:${join(root, "c.sqlite")}`);
    const key = originalKey(newImageId(), "fresh.png", "png");
    await storage.put(key, Buffer.from("just stored, not yet accepted"));
    await sweep({ catalog, storage, workFolders, logger: silentLogger() });
    expect(await storage.stat(key)).toBeDefined();
    await catalog.close();
  });

  it("is gone also when a late attempt stored its results after a newer one had ended the image", async () => {
    const root = await temporaryFolder();
    folders.push(root);
    const storage = await LocalStorage.open(root);
    const workFolders = await WorkFolders.open(root);
    const catalog = await openCatalog(`sqlite:${join(root, "c.sqlite")}`);
    const [ended, running] = [newImage(), newImage()];
    const keyOf = ({ id: imageId }: { id: string }, attempt: number) =>
      variantKey({ imageId, filename: "cat.png", variant: "thumb", attempt, format: "jpeg" });
    for (const image of [ended, running]) {
      await catalog.images.accept([image]);
      await catalog.claims.claim(image.id, { worker: "w", leaseMs: 60_000, generation: 0 });
      await catalog.claims.giveBack(image.id, 1, { strike: false });
      await catalog.claims.claim(image.id, { worker: "w", leaseMs: 60_000, generation: 0 });
      for (const attempt of [1, 2]) await storage.put(keyOf(image, attempt), Buffer.from("a result"));
    }
    const variants = [{ ...readyThumb, key: keyOf(ended, 2) }];
    await catalog.claims.finish(ended.id, 2, { status: "done", variants, error: null });
    await sweep({ catalog, storage, workFolders, logger: silentLogger() });
    const left = async (image: { id: string }) =>
      (await Promise.all([1, 2].map((attempt) => storage.stat(keyOf(image, attempt))))).map(Boolean);
    expect(await left(ended)).toEqual([false, true]);
    expect(await left(running), "what is worked on is left alone").toEqual([true, true]);
    await catalog.close();
  });

  it("is told from the original that a later attempt fetched, and from one that is being fetched", async () => {
    const root = await temporaryFolder();
    folders.push(root);
    const storage = await LocalStorage.open(root);
    const workFolders = await WorkFolders.open(root);
    const catalog = await openCatalog(`sqlite:${join(root, "c.sqlite")}`);
    const picture = await flat({ width: 400, height: 400, format: "png" });
    const keyOf = (id: string, attempt: number) => originalKey(id, "cat.png", "png", attempt);
    const image = newImage({ original: null, sourceUrl: "https://example.com/cat.png" });
    const claim = (id: string, generation: number) =>
      catalog.claims.claim(id, { worker: "w", leaseMs: 60_000, generation });
    // Killed between storing and committing, then fetched by a second attempt.
    await catalog.images.accept([image]);
    await claim(image.id, 0);
    await catalog.claims.giveBack(image.id, 1, { strike: false });
    await claim(image.id, 0);
    const original = { ...present(newImage().original ?? undefined), key: keyOf(image.id, 2) };
    await catalog.sources.fetched(image.id, 2, original);
    // Stored by the newest attempt, which has not committed yet; an older one left its file too.
    const other = { ...image, id: newImageId() };
    await catalog.images.accept([other]);
    await claim(other.id, 0);
    await catalog.claims.giveBack(other.id, 1, { strike: false });
    await claim(other.id, 0);
    // Stored in the moment in which its image was deleted, by a worker that was killed then.
    const deleted = { ...image, id: newImageId() };
    await catalog.images.accept([deleted]);
    await claim(deleted.id, 0);
    await catalog.tombstones.buryImage(deleted.id);
    await catalog.tombstones.emptyImage(deleted.id);
    const kept = [keyOf(image.id, 2), keyOf(other.id, 2)];
    const strays = [keyOf(image.id, 1), keyOf(other.id, 1), keyOf(deleted.id, 1)];
    for (const key of [...kept, ...strays]) await storage.put(key, picture);
    let questions = 0;
    const images = new Proxy(catalog.images, {
      get(target, name) {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== "function") return method;
        questions += 1;
        return method.bind(target);
      },
    });
    const away = () => Promise.reject(new Error("commits wait"));
    const stuck = Object.create(catalog, { confirmCommits: { value: away } }) as typeof catalog;
    const sweeping = sweep(
      { catalog: stuck, storage, workFolders, logger: silentLogger() },
      { olderThanMs: 0 },
    );
    await expect(sweeping).rejects.toThrow("commits wait");
    for (const key of strays) expect(await storage.stat(key), "its row may still come").toBeDefined();
    const counted = Object.create(catalog, { images: { value: images } }) as typeof catalog;
    await sweep({ catalog: counted, storage, workFolders, logger: silentLogger() }, { olderThanMs: 0 });
    expect(questions, "however many files there are").toBe(1);
    for (const key of kept) expect(await storage.stat(key)).toBeDefined();
    for (const key of strays) expect(await storage.stat(key)).toBeUndefined();
    await catalog.close();
  });
});
