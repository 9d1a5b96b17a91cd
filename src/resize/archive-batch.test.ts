import { afterEach, beforeEach, expect, it } from "vitest";
import { claimed, newImage, newImages, present, readyThumb } from "../../test/contracts/catalog-fixtures.ts";
import { readZip } from "../../test/support/read-zip.ts";
import { openSeams } from "../../test/support/seams.ts";
import type { Variant } from "../image/variant.ts";
import { variantKey } from "../storage/object-key.ts";
import { archiveBatch } from "./archive-batch.ts";

let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
});
afterEach(() => seams.close());

const content = Buffer.from("a result");

/** A batch of images whose results were made before checksums were noted. */
async function batchOf(count: number): Promise<{ id: string; keys: string[] }> {
  const { catalog, storage } = seams;
  const { id } = newImage();
  const keys: string[] = [];
  for (const image of await catalog.images.accept(newImages(count, { batchId: id }), { id, preset: null })) {
    const key = variantKey({
      imageId: image.id,
      filename: "cat.jpg",
      variant: "thumb",
      attempt: 1,
      format: "jpeg",
    });
    await storage.put(key, content);
    const variant: Variant = { ...readyThumb, status: "ready", bytes: content.length, key } as Variant;
    await catalog.claims.finish(image.id, (await claimed(catalog, image)).attempt, {
      status: "done",
      variants: [variant],
      error: null,
    });
    keys.push(key);
  }
  return { id, keys };
}

async function unzipped({ open }: Awaited<ReturnType<typeof archiveBatch>>): Promise<string[]> {
  return (await readZip(Buffer.concat(await (await open()).toArray()))).map(({ name }) => name);
}

it("takes the sum of what was made before sums were noted from the file", async () => {
  const { id } = await batchOf(2);
  expect(await unzipped(await archiveBatch(seams, id))).toEqual(["cat-thumb.jpg", "cat (2)-thumb.jpg"]);
});

it("leaves out what is deleted before or after it was listed, and keeps the length that was told", async () => {
  const { id, keys } = await batchOf(3);
  await seams.storage.delete(present(keys[0]));
  const archive = await archiveBatch(seams, id);
  await seams.storage.delete(present(keys[1]));
  const bytes = Buffer.concat(await (await archive.open()).toArray());
  expect(bytes).toHaveLength(archive.bytes);
  expect((await readZip(bytes)).map(({ content: found }) => found)).toEqual([content]);
});

it("has all images of a batch of several pages, in the order of their submission", async () => {
  const { id } = newImage();
  const many = newImages(1_100, { batchId: id }).map((image, index) => ({
    ...image,
    filename: `${index}.jpg`,
  }));
  await seams.catalog.images.accept(many, { id, preset: null });
  const pages = [];
  for (let after: string | undefined; ; ) {
    const page = await seams.catalog.images.resultsOfBatch(id, { after, limit: 500 });
    pages.push(...page.map(({ filename }) => filename));
    after = page.at(-1)?.id;
    if (page.length < 500) break;
  }
  expect(pages).toEqual(many.map(({ filename }) => filename));
});
