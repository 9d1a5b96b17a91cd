import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo, truncated } from "../pictures/index.ts";
import { bytesOf, type ImageView, upload } from "../support/client.ts";
import { pathsBelow } from "../support/files-below.ts";
import { readZip } from "../support/read-zip.ts";
import { until } from "../support/until.ts";
import type { Deployment } from "./flow.ts";
import { keysIn } from "./stored.ts";

interface BatchView {
  readonly id: string;
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly finishedAt: string | null;
  readonly images?: readonly ImageView[];
}

/** Batches from the outside, the same on every deployment. `start` gets an open batch's idle time. */
export function describeBatchFlow(name: string, start: (idle: string) => Promise<Deployment>): void {
  describe(`${name}: a batch`, () => {
    let deployment: Deployment;
    let url: string;
    let picture: Buffer;
    beforeAll(async () => {
      picture = await photo({ width: 320, height: 240, format: "jpeg" });
      deployment = await start("4s");
      url = deployment.url;
    });
    afterAll(() => deployment?.stop());

    async function call<T = BatchView>(method: string, path: string, body?: unknown) {
      const json = body === undefined ? {} : { body: JSON.stringify(body) };
      const headers = body === undefined ? {} : { "content-type": "application/json" };
      const response = await fetch(`${url}${path}`, { method, headers, ...json });
      const text = await response.text();
      return { status: response.status, body: (text === "" ? undefined : JSON.parse(text)) as T };
    }
    const batch = async (id: string) => (await call("GET", `/v1/batches/${id}`)).body;
    const openBatch = async (more: object = {}) =>
      (await call("POST", "/v1/batches", { open: true, ...more })).body;
    const files = (count: number, content = picture) =>
      Array.from({ length: count }, (_, index) => ({ name: `${index}.jpg`, content }));

    async function submitted(count: number, content?: Buffer): Promise<BatchView> {
      const response = await upload(url, files(count, content), {}, "/v1/batches");
      expect(response.status).toBe(202);
      return (await response.json()) as BatchView;
    }

    async function ended(id: string, status = "done"): Promise<BatchView> {
      await until(async () => (await batch(id)).status === status, {
        withinMs: 60_000,
        what: `the batch ${status}`,
      });
      return batch(id);
    }

    it("is opened, added to by every door, closed, and done when its images are", async () => {
      const { id, status, counts } = await openBatch({ variants: [{ name: "tiny", width: 20 }] });
      expect({ status, total: counts.total }).toEqual({ status: "open", total: 0 });
      const one = await upload(url, files(1), { batchId: id });
      expect(one.status).toBe(202);
      const image = (await one.json()) as ImageView;
      expect(image).toMatchObject({ batchId: id, variants: [{ name: "tiny" }] });
      const several = await upload(url, files(2), { batchId: id });
      expect(((await several.json()) as BatchView).id).toBe(id);
      await upload(url, files(1), { batchId: id }, "/v1/images");
      await upload(url, files(3), { batchId: id, preset: "default" }, "/v1/batches");
      const raw = await fetch(`${url}/v1/images?batchId=${id}`, {
        method: "POST",
        headers: { "content-type": "image/jpeg" },
        body: new Uint8Array(picture),
      });
      expect(raw.status).toBe(202);
      expect((await call("POST", `/v1/batches/${id}/close`)).status).toBe(200);
      const done = await ended(id);
      expect(done).toMatchObject({ counts: { total: 8, done: 8 }, finishedAt: expect.any(String) });
      const names = done.images?.map(({ variants }) => variants[0]?.name);
      expect(names).toEqual(["tiny", "tiny", "tiny", "tiny", "thumb", "thumb", "thumb", "tiny"]);

      const late = await upload(url, files(1), { batchId: id });
      expect(late.status).toBe(409);
      expect(await late.json()).toMatchObject({ code: "already_final" });
      const closedAgain = await call("POST", `/v1/batches/${id}/close`);
      expect(closedAgain).toMatchObject({ status: 200, body: { status: "done" } });
    });

    it("that is open is closed and done by itself when nothing comes for its idle time", async () => {
      const { id } = await openBatch();
      await upload(url, files(1), { batchId: id });
      const done = await ended(id);
      expect(done.counts).toMatchObject({ total: 1, done: 1 });
    });

    it("that nobody made takes nothing, and the refusal names the field", async () => {
      for (const batchId of ["nonsense", "019b2c3d-7e00-7329-8504-0b3a08a69983"]) {
        const response = await upload(url, files(1), { batchId });
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({
          code: "invalid_request",
          errors: [{ field: "batchId" }],
        });
      }
      for (const body of [{}, { open: false }, { open: true, opne: 1 }, { open: true, variants: [{}] }, []]) {
        expect((await call("POST", "/v1/batches", body)).status).toBe(400);
      }
    });

    it("is listed newest first, by its status, page by page, with all of its images", async () => {
      const first = await openBatch();
      const second = await submitted(3);
      await ended(second.id);
      type List<T> = { items: T[]; nextCursor: string | null };
      const page = (await call<List<BatchView>>("GET", "/v1/batches?limit=1")).body;
      expect(page.items.map(({ id }) => id)).toEqual([second.id]);
      const next = (await call<List<BatchView>>("GET", `/v1/batches?limit=1&cursor=${page.nextCursor}`)).body;
      expect(next.items.map(({ id }) => id)).toEqual([first.id]);
      const done = (await call<List<BatchView>>("GET", "/v1/batches?status=done&limit=200")).body;
      expect(done.items.map(({ id }) => id)).toContain(second.id);
      expect(done.items.map(({ id }) => id)).not.toContain(first.id);
      const images = (await call<List<ImageView>>("GET", `/v1/images?batchId=${second.id}`)).body;
      expect(images.items.map(({ filename }) => filename)).toEqual(["2.jpg", "1.jpg", "0.jpg"]);
      expect((await call("GET", "/v1/batches?status=nonsense")).status).toBe(400);
    });

    it("is cancelled with what is not final, once, and runs again when one of it is tried again", async () => {
      const { id } = await openBatch({ variants: [{ name: "slow", width: 300, format: "avif" }] });
      await upload(url, files(40), { batchId: id });
      const cancelled = await call("POST", `/v1/batches/${id}/cancel`);
      expect(cancelled).toMatchObject({ status: 200, body: { status: "cancelled", counts: { queued: 0 } } });
      expect(cancelled.body.counts.cancelled).toBeGreaterThan(0);
      const again = await call("POST", `/v1/batches/${id}/cancel`);
      expect(again).toMatchObject({ status: 409, body: { code: "already_final" } });
      const of = `batchId=${id}&status=cancelled`;
      const { items } = (await call<{ items: ImageView[] }>("GET", `/v1/images?${of}`)).body;
      expect((await call("POST", `/v1/images/${items[0]?.id}/retry`)).status).toBe(202);
      expect((await batch(id)).status).toMatch(/^(?:running|done)$/);
      expect((await upload(url, files(1), { batchId: id })).status, "it stays closed").toBe(409);
      await ended(id);
      expect((await batch(id)).status).toBe("done");
    });

    it("tries its failed images again and is running meanwhile, but not files that were refused", async () => {
      const broken = truncated(picture, 0.5);
      const response = await upload(
        url,
        [...files(2, broken), { name: "text.jpg", content: Buffer.from("no picture") }, ...files(1)],
        {},
        "/v1/batches",
      );
      const { id } = (await response.json()) as BatchView;
      expect((await ended(id)).counts).toMatchObject({ done: 1, failed: 3 });
      const retried = await call("POST", `/v1/batches/${id}/retry`);
      expect(retried).toMatchObject({ status: 202, body: { status: "running" } });
      const { images } = await ended(id);
      expect(images?.map(({ status, attempt }) => [status, attempt])).toEqual([
        ["failed", 2],
        ["failed", 2],
        ["failed", 0],
        ["done", 1],
      ]);
      const whole = await submitted(1);
      await ended(whole.id);
      const nothing = await call("POST", `/v1/batches/${whole.id}/retry`);
      expect(nothing).toMatchObject({ status: 202, body: { status: "done" } });
    });

    it("is downloaded as a ZIP of its ready variants, and a broken download goes on", async () => {
      const variants = [
        { name: "small", width: 40 },
        { name: "web", width: 30, format: "webp" },
      ];
      const response = await upload(
        url,
        [...files(3), ...files(1), { name: "text.jpg", content: Buffer.from("no picture") }],
        { variants: JSON.stringify(variants) },
        "/v1/batches",
      );
      const { id } = (await response.json()) as BatchView;
      const { images = [] } = await ended(id);
      const address = `${url}/v1/batches/${id}/archive`;
      const answer = await fetch(address);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe("application/zip");
      expect(answer.headers.get("content-disposition")).toBe(`attachment; filename=batch-${id}.zip`);
      const whole = await bytesOf(answer);
      expect(Number(answer.headers.get("content-length"))).toBe(whole.length);
      const unpacked = await readZip(whole);
      expect(unpacked.map(({ name: file }) => file)).toEqual(
        ["0", "1", "2", "0 (2)"].flatMap((stem) => [`${stem}-small.jpg`, `${stem}-web.webp`]),
      );
      const first = await bytesOf(await fetch(url + images[0]?.variants[1]?.url));
      expect(unpacked[1]?.content.equals(first)).toBe(true);

      const head = await fetch(address, { method: "HEAD" });
      expect(head.headers.get("content-length")).toBe(String(whole.length));
      const etag = answer.headers.get("etag") ?? "";
      const headers = { range: `bytes=${whole.length - 1000}-`, "if-range": etag };
      const rest = await fetch(address, { headers });
      expect(rest.status).toBe(206);
      expect(await bytesOf(rest)).toEqual(whole.slice(-1000));
      expect((await fetch(address, { headers: { "if-none-match": etag } })).status).toBe(304);

      await call("DELETE", `/v1/images/${images[0]?.id}`);
      const other = await fetch(address, { headers });
      expect(other.status, "it is another archive now").toBe(200);
      expect(await readZip(await bytesOf(other))).toHaveLength(6);
    });

    it("is deleted with all of its images and files, and gone from then on", async () => {
      const { id } = await submitted(5);
      const { images = [] } = await ended(id);
      for (let time = 0; time < 2; time += 1) {
        expect((await call("DELETE", `/v1/batches/${id}`)).status).toBe(204);
      }
      expect(await call("GET", `/v1/batches/${id}`)).toMatchObject({ status: 410, body: { code: "gone" } });
      expect(images).toHaveLength(5);
      for (const image of images) expect((await call("GET", `/v1/images/${image.id}`)).status).toBe(410);
      // A worker puts its folder away after it has said that an image is done.
      const isGone = async () => {
        const left = [...(await pathsBelow(deployment.storage)), ...(await keysIn(deployment, ""))];
        return left.every((path) => !images.some((image) => path.includes(image.id)));
      };
      await until(isGone, { what: "nothing left of the batch" });
      for (const verb of ["close", "cancel", "retry"]) {
        expect((await call("POST", `/v1/batches/${id}/${verb}`)).status).toBe(410);
      }
    });

    it("that is unknown is not found, whatever is asked of it", async () => {
      for (const id of ["nonsense", "019b2c3d-7e00-7329-8504-0b3a08a69983"]) {
        for (const [method, path] of [
          ["GET", ""],
          ["DELETE", ""],
          ["POST", "/close"],
          ["POST", "/cancel"],
          ["POST", "/retry"],
          ["GET", "/archive"],
        ] as const) {
          const answer = await call(method, `/v1/batches/${id}${path}`);
          expect(answer, `${method} ${path}`).toMatchObject({ status: 404, body: { code: "not_found" } });
        }
      }
    });
  });
}
