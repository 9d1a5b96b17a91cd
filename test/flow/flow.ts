import { createHash } from "node:crypto";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Storage } from "../../src/storage/storage.ts";
import { photo, truncated } from "../pictures/index.ts";
import { accepted, bytesOf, finalImage, type ImageView, upload } from "../support/client.ts";
import { filesBelow, pathsBelow } from "../support/files-below.ts";
import { until } from "../support/until.ts";
import { contentIn, keysIn } from "./stored.ts";

export interface Deployment {
  readonly url: string;
  /** The folder of originals and results, or of the work alone. */
  readonly storage: string;
  /** Where originals and results lie, if not there. */
  readonly objects?: Storage;
  readonly stop: () => Promise<void>;
}

/** The story of an image from the outside, the same on every deployment. */
export function describeFlow(name: string, start: () => Promise<Deployment>): void {
  describe(`${name}: the story of an image`, () => {
    let deployment: Deployment;
    let url: string;
    let picture: Buffer;
    beforeAll(async () => {
      picture = await photo({ width: 800, height: 600, format: "jpeg" });
      deployment = await start();
      url = deployment.url;
    });
    afterAll(() => deployment?.stop());

    const results = () => keysIn(deployment, "processed/");

    it("answers the documented curl line at once and makes 300×300 in storage/processed", async () => {
      const response = await upload(url, { name: "cat.jpg", content: picture });
      expect(response.status).toBe(202);
      const image = (await response.json()) as ImageView;
      expect(response.headers.get("location")).toBe(`/v1/images/${image.id}`);
      expect(image).toMatchObject({
        filename: "cat.jpg",
        batchId: null,
        preset: "default",
        metadata: {},
        original: { format: "jpeg", width: 800, height: 600, bytes: picture.length },
        error: null,
      });
      expect(image.original?.sha256).toBe(createHash("sha256").update(picture).digest("hex"));
      const done = await finalImage(url, image.id);
      expect(done).toMatchObject({
        status: "done",
        attempt: 1,
        variants: [{ name: "thumb", status: "ready", format: "jpeg", width: 300, height: 300 }],
        placeholder: { thumbhash: expect.any(String), color: expect.stringMatching(/^#[0-9a-f]{6}$/) },
      });
      const key = (await results()).find(
        (candidate) => candidate.includes(image.id) && candidate.includes("cat-thumb"),
      );
      const file = await contentIn(deployment, key ?? "missing");
      expect(await sharp(file).metadata()).toMatchObject({ format: "jpeg", width: 300, height: 300 });
      expect(done.variants[0]?.bytes).toBe(file.length);
    });

    it("takes a raw body", async () => {
      const response = await fetch(`${url}/v1/images?filename=raw.jpg`, {
        method: "POST",
        headers: { "content-type": "image/jpeg" },
        body: new Uint8Array(picture),
      });
      expect(response.status).toBe(202);
      const image = (await response.json()) as ImageView;
      expect(await finalImage(url, image.id)).toMatchObject({ status: "done", filename: "raw.jpg" });
    });

    it("delivers the original and the variants, byte for byte", async () => {
      const { id } = await accepted(url, { name: "кот.jpg", content: picture });
      const done = await finalImage(url, id);
      const original = await fetch(url + done.original?.url);
      expect(Buffer.from(await bytesOf(original)).equals(picture)).toBe(true);
      const variant = await fetch(url + done.variants[0]?.url);
      expect(variant.headers.get("content-type")).toBe("image/jpeg");
      expect(variant.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
      expect(variant.headers.get("x-content-type-options")).toBe("nosniff");
      expect(variant.headers.get("content-disposition")).toContain(
        "filename*=UTF-8''%D0%BA%D0%BE%D1%82-thumb.jpg",
      );
      const bytes = await bytesOf(variant);
      expect(bytes.length).toBe(done.variants[0]?.bytes);
      const etag = variant.headers.get("etag") ?? "";
      expect(etag).toBe(`"${createHash("sha256").update(bytes).digest("hex")}"`);
      const again = await fetch(`${url}/v1/images/${id}/variants/thumb`, {
        headers: { "if-none-match": etag },
      });
      expect(again.status).toBe(304);
      const part = await fetch(`${url}/v1/images/${id}/variants/thumb`, {
        headers: { range: "bytes=10-19" },
      });
      expect(part.status).toBe(206);
      expect(await bytesOf(part)).toEqual(bytes.slice(10, 20));
    });

    it("makes the variants that were asked for, in every format", async () => {
      const variants = [
        { name: "small", width: 100 },
        { name: "web", width: 200, format: "webp" },
        { name: "modern", width: 64, format: "avif" },
        { name: "sharp", height: 50, format: "png" },
        { name: "old", width: 40, height: 40, format: "gif" },
      ];
      const { id } = await accepted(
        url,
        { name: "a.jpg", content: picture },
        { variants: JSON.stringify(variants) },
      );
      const done = await finalImage(url, id);
      expect(done.status).toBe("done");
      expect(done.variants.map(({ name: n, format, width, height }) => [n, format, width, height])).toEqual([
        ["small", "jpeg", 100, 75],
        ["web", "webp", 200, 150],
        ["modern", "avif", 64, 48],
        ["sharp", "png", 67, 50],
        ["old", "gif", 40, 40],
      ]);
      for (const variant of done.variants) {
        const { format, width, height } = await sharp(
          await bytesOf(await fetch(url + variant.url)),
        ).metadata();
        expect([format === "heif" ? "avif" : format, width, height]).toEqual([
          variant.format,
          variant.width,
          variant.height,
        ]);
      }
    });

    it("answers several files with a batch, in which a bad file costs its neighbours nothing", async () => {
      const response = await upload(url, [
        { name: "good.jpg", content: picture },
        { name: "text.jpg", content: Buffer.from("not a picture") },
        { name: "also-good.jpg", content: picture },
      ]);
      expect(response.status).toBe(202);
      const batch = (await response.json()) as { id: string; status: string; counts: { total: number } };
      expect(response.headers.get("location")).toBe(`/v1/batches/${batch.id}`);
      expect(batch.counts.total).toBe(3);
      let seen = batch as unknown as { status: string; counts: Record<string, number>; images: ImageView[] };
      await until(
        async () => {
          seen = (await (await fetch(`${url}/v1/batches/${batch.id}`)).json()) as typeof seen;
          return seen.status === "done";
        },
        { what: "the end of the batch" },
      );
      expect(seen.counts).toMatchObject({ total: 3, done: 2, failed: 1, queued: 0, processing: 0 });
      const bad = seen.images.find(({ filename }) => filename === "text.jpg");
      expect(bad).toMatchObject({
        status: "failed",
        error: { code: "unsupported_format", retryable: false },
      });
    });

    it("fails an image whose pixels cannot be decoded, with its reason, and goes on", async () => {
      const broken = truncated(picture, 0.5);
      const { id } = await accepted(url, { name: "cut.jpg", content: broken });
      const failed = await finalImage(url, id);
      expect(failed).toMatchObject({ status: "failed", error: { code: "corrupt_image" } });
      expect((await results()).filter((path) => path.includes(id))).toEqual([]);
      const retried = await fetch(`${url}/v1/images/${id}/retry`, { method: "POST" });
      expect(retried.status).toBe(202);
      expect(await finalImage(url, id)).toMatchObject({ status: "failed", attempt: 2 });
      const next = await accepted(url, { name: "cat.jpg", content: picture });
      expect(await finalImage(url, next.id)).toMatchObject({ status: "done" });
    });

    it("deletes an image with its original and variants, and says gone from then on", async () => {
      const { id } = await accepted(url, { name: "cat.jpg", content: picture });
      await finalImage(url, id);
      for (let time = 0; time < 2; time++) {
        const response = await fetch(`${url}/v1/images/${id}`, { method: "DELETE" });
        expect(response.status).toBe(204);
      }
      const answer = await fetch(`${url}/v1/images/${id}`);
      expect(answer.status).toBe(410);
      expect(await answer.json()).toMatchObject({ code: "gone", status: 410 });
      expect((await results()).filter((path) => path.includes(id))).toEqual([]);
    });

    it("takes the same bytes twice at once as two images", async () => {
      const [one, two] = await Promise.all([
        accepted(url, { name: "cat.jpg", content: picture }),
        accepted(url, { name: "cat.jpg", content: picture }),
      ]);
      expect(one.id).not.toBe(two.id);
      expect(await finalImage(url, one.id)).toMatchObject({ status: "done" });
      expect(await finalImage(url, two.id)).toMatchObject({ status: "done" });
    });

    it("leaves no temporary file behind", async () => {
      await until(
        async () => {
          const inWork = (path: string) => path.split("/").includes(".work");
          expect((await pathsBelow(deployment.storage)).filter(inWork)).not.toEqual([]);
          return !(await filesBelow(deployment.storage)).some(inWork);
        },
        { what: "an empty work folder" },
      );
    });
  });
}
