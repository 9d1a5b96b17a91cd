import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { finalImage, type ImageView, type UploadFile } from "../support/client.ts";
import { filesBelow } from "../support/files-below.ts";
import type { Deployment } from "./flow.ts";

interface Answer {
  readonly status: number;
  readonly location: string | null;
  readonly replay: string | null;
  readonly body: ImageView & { readonly code: string; readonly images: ImageView[] };
}

/** What `Idempotency-Key` and `dedupe` promise, the same on every deployment. */
export function describeIdempotency(name: string, start: () => Promise<Deployment>): void {
  describe(`${name}: the same request again`, () => {
    let deployment: Deployment;
    let cat: UploadFile;
    let dog: UploadFile;
    let keys = 0;
    beforeAll(async () => {
      deployment = await start();
      cat = { name: "cat.png", content: await photo({ width: 64, height: 48, format: "png" }) };
      dog = { name: "dog.png", content: await photo({ width: 48, height: 64, format: "png" }) };
    });
    afterAll(() => deployment?.stop());

    const newKey = () => `key ${++keys} of "this" test, ${"x".repeat(200)}`;
    const answerTo = async (path: string, key: string, init: RequestInit): Promise<Answer> => {
      const headers = { ...(init.headers as Record<string, string>), "idempotency-key": key };
      const response = await fetch(deployment.url + path, { method: "POST", ...init, headers });
      const body = (await response.json()) as Answer["body"];
      const { status } = response;
      const location = response.headers.get("location");
      return { status, location, replay: response.headers.get("idempotent-replay"), body };
    };
    const send = (
      key: string,
      files: UploadFile[],
      fields: Record<string, string> = {},
      path = "/upload",
    ) => {
      const form = new FormData();
      for (const file of files) form.append("file", new Blob([new Uint8Array(file.content)]), file.name);
      for (const [field, value] of Object.entries(fields)) form.append(field, value);
      return answerTo(path, key, { body: form });
    };
    const raw = (key: string, content: Uint8Array, query = "") =>
      answerTo(`/v1/images${query}`, key, {
        headers: { "content-type": "image/png" },
        body: new Uint8Array(content),
      });
    const filesIn = (...folder: string[]) => filesBelow(join(deployment.storage, ...folder));
    const originals = async () => ({
      stored: (await filesIn("uploads")).length,
      staged: (await filesIn(".work", "staging")).length,
    });
    const total = async () => {
      const response = await fetch(`${deployment.url}/v1/images?limit=100`);
      return ((await response.json()) as { items: unknown[] }).items.length;
    };

    it("is answered as the first was, although the image is done by then", async () => {
      const key = newKey();
      const first = await send(key, [cat]);
      expect(first).toMatchObject({ status: 202, replay: null, body: { status: "queued" } });
      expect(await finalImage(deployment.url, first.body.id)).toMatchObject({ status: "done" });
      const before = await originals();
      expect(await send(key, [cat])).toEqual({ ...first, replay: "true" });
      expect(await originals()).toEqual(before);
    });

    it("is the same with its fields in another order, and with a body written otherwise", async () => {
      const key = newKey();
      const one = JSON.stringify([{ name: "a", width: 20, height: 10 }]);
      const other = JSON.stringify([{ height: 10, width: 20, name: "a" }], null, 2);
      const first = await send(key, [cat], { variants: one }, "/v1/images");
      const again = await send(key, [cat], { variants: other }, "/v1/images");
      expect(again).toEqual({ ...first, replay: "true" });
    });

    it.each(["/upload", "/v1/batches"])("is answered with the same batch by %s", async (path) => {
      const key = newKey();
      const bad = { name: "bad.png", content: Buffer.from("no picture") };
      const first = await send(key, [cat, bad, dog], {}, path);
      expect(first.status).toBe(202);
      for (const { id } of first.body.images) await finalImage(deployment.url, id);
      const before = await originals();
      // The first answer may have seen a worker begin; the second shows the batch as it was accepted.
      const counts = { total: 3, queued: 2, processing: 0, done: 0, failed: 1, cancelled: 0 };
      const again = { ...first, replay: "true", body: { ...first.body, counts } };
      expect(await send(key, [cat, bad, dog], {}, path)).toEqual(again);
      expect(await originals()).toEqual(before);
      expect(await send(key, [cat, dog, bad], {}, path)).toMatchObject({
        status: 409,
        body: { code: "idempotency_conflict" },
      });
    });

    it("is the same as a raw body", async () => {
      const key = newKey();
      const first = await raw(key, cat.content, "?filename=a.png");
      expect(await raw(key, cat.content, "?filename=a.png")).toEqual({ ...first, replay: "true" });
    });

    it("is the same as JSON that names a source", async () => {
      const key = newKey();
      const named = (url: string) =>
        answerTo("/v1/images", key, {
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ source: { url } }),
        });
      const first = await named("https://unknown.example/a.png");
      expect(first).toMatchObject({ status: 202, replay: null });
      expect(await named("https://unknown.example/a.png")).toEqual({ ...first, replay: "true" });
      expect(await named("https://unknown.example/b.png")).toMatchObject({ status: 409 });
    });

    it("is refused when it is another one: other bytes, another name, other wishes, another route", async () => {
      const key = newKey();
      await raw(key, cat.content, "?filename=a.png");
      const before = { images: await total(), files: (await originals()).stored };
      const conflict = { status: 409, location: null, replay: null, body: { code: "idempotency_conflict" } };
      expect(await raw(key, dog.content, "?filename=a.png")).toMatchObject(conflict);
      expect(await raw(key, cat.content, "?filename=b.png")).toMatchObject(conflict);
      expect(await raw(key, cat.content, "?filename=a.png&preset=default")).toMatchObject(conflict);
      expect(await send(key, [{ ...cat, name: "a.png" }])).toMatchObject(conflict);
      expect({ images: await total(), files: (await originals()).stored }).toEqual(before);
    });

    it("is refused when a file that was refused is another one", async () => {
      const key = newKey();
      const texts = (text: string) =>
        ["a.png", "b.png"].map((name) => ({ name, content: Buffer.from(text) }));
      const first = await send(key, texts("no picture"));
      expect(first).toMatchObject({ status: 202, replay: null });
      expect(await send(key, texts("no picture"))).toMatchObject({ status: 202, replay: "true" });
      expect(await send(key, texts("no picture either"))).toMatchObject({ status: 409 });
    });

    it("sent 20 times at once makes one image, and leaves no file of the others", async () => {
      const key = newKey();
      const before = { images: await total(), files: (await originals()).stored };
      const answers = await Promise.all(Array.from({ length: 20 }, () => raw(key, cat.content)));
      const { id } = answers[0]?.body ?? {};
      for (const answer of answers) {
        expect(answer).toMatchObject({ status: 202, location: `/v1/images/${id}`, body: { id } });
      }
      expect(answers.filter(({ replay }) => replay === null)).toHaveLength(1);
      expect(await total()).toBe(before.images + 1);
      await finalImage(deployment.url, id ?? "");
      expect((await originals()).stored).toBe(before.files + 1);
    });

    it("may be mended after a refusal, which is not remembered", async () => {
      const key = newKey();
      expect(await raw(key, Buffer.from("no picture"))).toMatchObject({ status: 415 });
      expect(await raw(key, cat.content, "?preset=none")).toMatchObject({ status: 400 });
      expect(await raw(key, cat.content)).toMatchObject({ status: 202, replay: null });
    });

    it("is gone when the image was deleted since", async () => {
      const key = newKey();
      const { location } = await raw(key, cat.content);
      await fetch(deployment.url + location, { method: "DELETE" });
      expect(await raw(key, cat.content)).toMatchObject({ status: 410, body: { code: "gone" } });
    });

    it("is the earlier image where `dedupe` asks for it, done or not", async () => {
      const variants = JSON.stringify([{ name: "twin", width: 31 }]);
      const query = `?variants=${encodeURIComponent(variants)}&dedupe=true`;
      const first = await raw(newKey(), cat.content, query);
      expect(await finalImage(deployment.url, first.body.id)).toMatchObject({ status: "done" });
      const before = await originals();
      const key = newKey();
      const { id } = first.body;
      const found = { status: 202, location: `/v1/images/${id}`, body: { id, status: "done" } };
      expect(await raw(key, cat.content, query)).toMatchObject({ ...found, replay: null });
      expect(await raw(key, cat.content, query)).toMatchObject({ ...found, replay: "true" });
      const form = await send(newKey(), [{ ...cat, name: "b.png" }], { variants, dedupe: "true" });
      expect(form).toMatchObject(found);
      expect(await originals()).toEqual(before);
      expect((await raw(newKey(), dog.content, query)).body.id).not.toBe(id);
      expect((await raw(newKey(), cat.content, "?dedupe=true")).body.id).not.toBe(id);
      expect((await raw(newKey(), cat.content, query.replace("true", "false"))).body.id).not.toBe(id);
    });

    it("is a new image where the earlier one was deleted, `dedupe` or not", async () => {
      const query = `?variants=${encodeURIComponent(JSON.stringify([{ name: "gone", width: 30 }]))}&dedupe=true`;
      const { location } = await raw(newKey(), cat.content, query);
      await fetch(deployment.url + location, { method: "DELETE" });
      const again = await raw(newKey(), cat.content, query);
      expect(again.status).toBe(202);
      expect(again.location).not.toBe(location);
    });

    it("cannot be found for a batch, a source, or somebody to call back", async () => {
      const refused = (field: string) => ({ status: 400, body: { errors: [{ field }] } });
      const dedupe = { dedupe: "true" };
      const { staged } = await originals();
      expect(await send(newKey(), [cat, dog], dedupe)).toMatchObject(refused("dedupe"));
      expect(await send(newKey(), [cat], dedupe, "/v1/batches")).toMatchObject(refused("dedupe"));
      const callback = { ...dedupe, callbackUrl: "https://example.com/hook" };
      expect(await send(newKey(), [cat], callback)).toMatchObject(refused("callbackUrl"));
      expect(await send(newKey(), [cat], { dedupe: "yes" })).toMatchObject(refused("dedupe"));
      const source = await answerTo("/v1/images", newKey(), {
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ source: { url: "https://unknown.example/a.png" }, dedupe: true }),
      });
      expect(source).toMatchObject(refused("dedupe"));
      expect((await originals()).staged).toBe(staged);
    });

    it.each(["", "x".repeat(256)])("is refused with a key of no length, or too long", async (key) => {
      const field = "idempotency-key";
      expect(await raw(key, cat.content)).toMatchObject({
        status: 400,
        body: { code: "invalid_request", errors: [{ field }] },
      });
      expect(await send(key, [cat])).toMatchObject({ status: 400 });
    });
  });
}
