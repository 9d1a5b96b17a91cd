import { createHash } from "node:crypto";
import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accepted, claimed, found, newImage, readyThumb } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { originalKey } from "../storage/object-key.ts";
import { type ProcessDependencies, processImage } from "./process-image.ts";

/** Nothing here has an original that an engine could look at. */
const unneeded = () => Promise.reject(new Error("The engine was asked."));

describe("an attempt that cannot be carried out", () => {
  let seams: Awaited<ReturnType<typeof openSeams>>;
  let dependencies: ProcessDependencies;
  beforeEach(async () => {
    seams = await openSeams();
    dependencies = {
      ...seams,
      engine: { render: unneeded, inspect: unneeded, close: async () => {} },
      admission: { isCrowded: false, putOffMs: () => 0, admit: async () => () => {} },
      observer: { begun() {}, ended() {} },
      workerName: "worker-7",
    };
  });
  afterEach(() => seams.close());

  async function acceptedWithoutFile() {
    const image = newImage();
    const key = originalKey(image.id, image.filename, "jpeg");
    return accepted(seams.catalog, { ...image, original: image.original && { ...image.original, key } });
  }

  const about = { worker: "worker-7", attempt: 1, ms: expect.any(Number) };

  it("fails its image with the reason, and the log says who failed it and when", async () => {
    const { id, generation } = await acceptedWithoutFile();
    await processImage(dependencies, { imageId: id, generation }, new AbortController().signal);
    const reason = expect.objectContaining({ code: "original_missing" });
    expect(await found(seams.catalog, id)).toMatchObject({
      status: "failed",
      error: reason,
      variants: [
        { name: "thumb", status: "failed", error: reason },
        { name: "large", status: "failed", error: reason },
      ],
    });
    const line = seams.log.find(({ msg }) => msg === "image failed");
    expect(line).toMatchObject({ ...about, imageId: id, code: "original_missing" });
  });

  it("ends its image as done, without an error, when an earlier one made something of it", async () => {
    const { catalog } = seams;
    const first = await claimed(catalog, await acceptedWithoutFile());
    await catalog.claims.publish(first.id, first.attempt, [readyThumb, { name: "large", status: "pending" }]);
    await catalog.claims.giveBack(first.id, first.attempt, { strike: false });
    const job = { imageId: first.id, generation: first.generation };
    await processImage(dependencies, job, new AbortController().signal);
    expect(await found(catalog, first.id)).toMatchObject({
      status: "done",
      error: null,
      variants: [readyThumb, { name: "large", status: "failed", error: { code: "original_missing" } }],
    });
  });

  it("goes back to the queue when the worker stops, and the log says whose it was and when", async () => {
    const { id, generation } = await acceptedWithoutFile();
    await processImage(dependencies, { imageId: id, generation }, AbortSignal.abort());
    expect((await found(seams.catalog, id)).status).toBe("queued");
    const line = seams.log.find(({ msg }) => msg === "image goes back to the queue");
    expect(line).toMatchObject({ ...about, imageId: id });
  });

  it.each(["create", "materialise"] as const)(
    "goes back to the queue when storage does not answer to %s, and frees the hand",
    async (step) => {
      const { id, generation } = await acceptedWithoutFile();
      const seam = step === "materialise" ? "storage" : "workFolders";
      const hanging = new Proxy<object>(seams[seam], {
        get(target, name) {
          if (name === step) return () => new Promise<never>(() => {});
          const member: unknown = Reflect.get(target, name);
          return typeof member === "function" ? member.bind(target) : member;
        },
      });
      const impatient = { ...dependencies, [seam]: hanging, storageStepMs: 50 };
      const job = { imageId: id, generation };
      const outcome = await processImage(impatient, job, new AbortController().signal);
      expect(outcome).toMatchObject({ kind: "later" });
      expect(await found(seams.catalog, id)).toMatchObject({ status: "queued", strikes: 0 });
      const line = seams.log.find(({ msg }) => msg === "image goes back to the queue");
      expect(line).toMatchObject({ code: "storage_error", reason: "Storage did not answer in 0.05 s." });
    },
  );

  it("tells what went wrong, and soon, though its work folder cannot be removed", async () => {
    const { id, generation } = await acceptedWithoutFile();
    const workFolders = Object.assign(Object.create(seams.workFolders), {
      create: async () => seams.folder,
      remove: () => new Promise<never>(() => {}),
    });
    const startedAt = performance.now();
    const job = { imageId: id, generation };
    await processImage({ ...dependencies, workFolders }, job, new AbortController().signal);
    expect(performance.now() - startedAt, "a minute is the patience of other steps").toBeLessThan(30_000);
    expect(await found(seams.catalog, id)).toMatchObject({
      status: "failed",
      error: { code: "original_missing" },
    });
    expect(seams.log.map(({ msg }) => msg)).toContain("a work folder may be left: storage does not answer");
  });

  it("fails its image when the original was replaced after it was accepted, also by a file as long", async () => {
    const content = Buffer.from("the original");
    for (const [name, other, code] of [
      ["longer", "another original", "original_missing"],
      ["as long", "The Original", "original_missing"],
      ["the same", "the original", "internal_error"], // what the engine says here
    ] as const) {
      const image = newImage();
      const key = originalKey(image.id, name, "jpeg");
      const sha256 = createHash("sha256").update(content).digest("hex");
      const original = image.original && { ...image.original, key, sha256, bytes: content.length };
      const { id, generation } = await accepted(seams.catalog, { ...image, original });
      await seams.storage.put(key, Buffer.from(other));
      await utimes(join(seams.folder, key), new Date(), new Date(Date.now() + 60_000));
      await seams.catalog.claims.claim(id, { worker: "x", leaseMs: 0, generation });
      await seams.catalog.claims.giveBack(id, 1, { strike: true });
      await processImage(dependencies, { imageId: id, generation }, new AbortController().signal);
      expect(await found(seams.catalog, id), name).toMatchObject({ status: "failed", error: { code } });
    }
  });
});
