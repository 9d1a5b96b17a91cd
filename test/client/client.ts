import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  PixmillClient,
  type PixmillEvent,
  RequestFailure,
  verifyWebhook,
  WebhookRefusal,
} from "../../src/client/index.ts";
import type { Deployment } from "../flow/flow.ts";
import { SourceServer } from "../flow/source-server.ts";
import { photo, truncated } from "../pictures/index.ts";
import { bytesOf } from "../support/client.ts";
import { answerWith, closeFronts, frontOf } from "../support/front.ts";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";
import { Receiver } from "../support/receiver.ts";
import { TcpProxy } from "../support/tcp-proxy.ts";
import { until } from "../support/until.ts";

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;

/** What a program can do through `pixmill/client`. `start`: with `webhookSecret`, and private addresses allowed. */
export function describeClient(name: string, start: () => Promise<Deployment>): void {
  describe(`${name}: the client`, () => {
    let deployment: Deployment;
    let client: PixmillClient;
    let folder: string;
    let jpeg: Uint8Array<ArrayBuffer>;
    beforeAll(async () => {
      folder = await temporaryFolder();
      jpeg = new Uint8Array(await photo({ width: 640, height: 480, format: "jpeg" }));
      await writeFile(join(folder, "cat.jpg"), jpeg);
      deployment = await start();
      client = new PixmillClient({ url: `${deployment.url}/` });
    });
    afterAll(async () => {
      closeFronts();
      await deployment?.stop();
      await removeFolder(folder);
    });

    it("uploads a path, a File, bytes and a stream, waits, and downloads", async () => {
      const sha256 = createHash("sha256").update(jpeg).digest("hex");
      const images = [
        await client.upload(join(folder, "cat.jpg")),
        await client.upload(new File([jpeg], "cat.jpg")),
        await client.upload(jpeg, { filename: "cat.jpg" }),
        await client.upload(new Blob([jpeg]).stream(), { filename: "cat.jpg" }),
      ];
      for (const { id } of images) {
        const image = await client.wait(id);
        expect(image).toMatchObject({ status: "done", filename: "cat.jpg", original: { sha256 } });
        expect(Buffer.from(await bytesOf(await client.download(id))).equals(jpeg)).toBe(true);
        const variant = await client.download(id, "thumb");
        expect(variant.headers.get("content-type")).toBe("image/jpeg");
        expect((await bytesOf(variant)).length).toBe(image.variants[0]?.bytes);
      }
      const { items } = await client.list({ limit: 4 });
      expect(items.map(({ id }) => id)).toEqual(images.map(({ id }) => id).reverse());
    });

    it("asks for variants, and hands an address in with its metadata", async () => {
      const source = await SourceServer.start();
      source.answers.set("/dog.jpg", (response) => void response.end(jpeg));
      const image = await client.submitUrl(source.url("/dog.jpg"), {
        variants: [{ name: "small", width: 64, format: "webp" }],
        metadata: { album: "dogs" },
      });
      expect(await client.wait(image.id)).toMatchObject({
        status: "done",
        filename: "dog.jpg",
        metadata: { album: "dogs" },
        variants: [{ name: "small", width: 64, height: 48, format: "webp" }],
      });
      await source.stop();
    });

    it("gives refusals as failures with the service's code and fields", async () => {
      const variants = [{ name: "small", width: 0 }];
      const refusal = await client.upload(jpeg, { variants }).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(RequestFailure);
      expect(refusal).toMatchObject({
        status: 400,
        code: "invalid_transform",
        kind: "refused",
        fields: [{ field: "variants[0].width" }],
        requestId: expect.any(String),
      });
      const { id } = await client.upload(jpeg);
      await client.wait(id);
      await expect(client.cancel(id)).rejects.toMatchObject({ status: 409, code: "already_final" });
      await client.delete(id);
      await client.delete(id);
      await expect(client.get(id)).rejects.toMatchObject({ status: 410, code: "gone" });
      await expect(client.upload(join(folder, "none.jpg"))).rejects.toThrow();
    });

    it("uploads many files as one batch, and says which were refused", async () => {
      await writeFile(join(folder, "note.jpg"), "this is no picture");
      const broken = new File([new Uint8Array(truncated(Buffer.from(jpeg), 0.6))], "broken.jpg");
      const files = [join(folder, "cat.jpg"), join(folder, "note.jpg"), broken, new File([jpeg], "dog.jpg")];
      const told: unknown[] = [];
      const { batch, images, refused } = await client.batches.upload(files, {
        variants: [{ name: "tiny", width: 32 }],
        onFile: (file) => told.push(file),
      });
      expect(told).toHaveLength(4);
      expect(images.map(({ filename }) => filename).sort()).toEqual(["broken.jpg", "cat.jpg", "dog.jpg"]);
      expect(refused).toMatchObject([{ file: files[1], failure: { code: "unsupported_format" } }]);
      const done = await client.batches.wait(batch.id);
      expect(done).toMatchObject({ status: "done", counts: { total: 3, done: 2, failed: 1 } });
      const zip = await bytesOf(await client.batches.archive(batch.id));
      expect(Buffer.from(zip.subarray(0, 2)).toString()).toBe("PK");
      expect((await client.batches.list({ limit: 1 })).items).toMatchObject([{ id: batch.id }]);
      expect((await client.batches.retry(batch.id)).counts.total).toBe(3);
      await client.batches.delete(batch.id);
      await expect(client.batches.get(batch.id)).rejects.toMatchObject({ code: "gone" });
    });

    it("tells what happens, without a gap over a connection that was cut", async () => {
      const proxy = await TcpProxy.to(Number(new URL(deployment.url).port));
      const listener = new PixmillClient({ url: `http://127.0.0.1:${proxy.port}` });
      const stop = new AbortController();
      const seen: PixmillEvent[] = [];
      let opened = 0;
      let cuts = 0;
      const listening = (async () => {
        const onOpen = () => void opened++;
        const onCut = () => void cuts++;
        for await (const event of listener.subscribe({ signal: stop.signal, onOpen, onCut }))
          seen.push(event);
      })();
      await until(() => opened === 1, { what: "the stream" });
      const first = await client.upload(jpeg);
      await until(() => seen.some(({ type }) => type === "image.done"), { what: "the first end" });
      proxy.cut();
      const second = await client.upload(jpeg);
      await client.wait(second.id);
      await until(
        () => seen.some(({ type, data }) => type === "image.done" && "id" in data && data.id === second.id),
        { what: "the second end" },
      );
      stop.abort();
      await listening;
      expect([opened, cuts]).toEqual([2, 1]);
      const typesOf = (id: string) =>
        seen.flatMap(({ type, data }) => ("id" in data && data.id === id ? [type] : []));
      for (const { id } of [first, second]) {
        expect(typesOf(id)).toEqual(["image.queued", "image.processing", "image.done"]);
      }
      await proxy.close();
    });

    it("tells that a stream is over also when the service ends it, and opens it again", async () => {
      const stop = new AbortController();
      const url = await frontOf(deployment.url, ({ url: path = "" }, answer) => {
        if (!path.startsWith("/v1/events")) return false;
        answer.writeHead(200, { "content-type": "text/event-stream" });
        answer.end(": bye\n\n");
        return true;
      });
      const told: string[] = [];
      const onOpen = () => {
        told.push("open");
        if (told.length > 3) stop.abort();
      };
      const onCut = ({ kind, message }: RequestFailure) => void told.push(`${kind}: ${message}`);
      for await (const event of new PixmillClient({ url }).subscribe({ signal: stop.signal, onOpen, onCut }))
        told.push(event.type);
      const over = "connection: the stream ended";
      expect(told).toEqual(["open", over, "open", over, "open"]);
    });

    it("tries again while the service is busy, and makes one image though an answer was lost", async () => {
      let uploads = 0;
      const url = await frontOf(
        deployment.url,
        ({ method }, answer) => {
          if (method !== "POST") return false;
          uploads += 1;
          return uploads === 1 && answerWith(answer, 503, "overloaded", { "retry-after": "1" });
        },
        ({ method, socket }) => {
          if (method === "POST" && uploads === 2) socket.destroy();
        },
      );
      const { items: before } = await client.list({ limit: 1 });
      const image = await new PixmillClient({ url }).upload(jpeg);
      expect(uploads).toBe(3);
      const { items: after } = await client.list({ limit: 2 });
      expect(after.map(({ id }) => id)).toEqual([image.id, before[0]?.id]);
    });

    it("says why when nothing is there, after its tries", async () => {
      let asked = 0;
      const retry = () => ++asked < 2;
      const nowhere = new PixmillClient({ url: "http://127.0.0.1:1", retry });
      await expect(nowhere.presets()).rejects.toMatchObject({ code: "connection_failed", status: 0 });
      expect(asked).toBe(2);
      await expect(nowhere.retry("x")).rejects.toMatchObject({ code: "connection_failed" });
      // A POST that may have come through is not sent twice.
      expect(asked).toBe(2);
    });

    it("verifies the webhooks of the service, and refuses every other", async () => {
      const receiver = await Receiver.start();
      const { id } = await client.upload(jpeg, { callbackUrl: `${receiver.url}/hook` });
      await until(() => receiver.at("/hook").length > 0, { what: "the webhook" });
      const [received] = receiver.at("/hook");
      await receiver.close();
      const { headers = {}, body = "" } = received ?? {};
      const secret = [`whsec_${btoa("another secret")}`, webhookSecret];
      const event = await verifyWebhook({ secret, headers, body });
      expect(event).toMatchObject({ type: "image.done", data: { id } });
      const bytes = new TextEncoder().encode(body);
      expect(await verifyWebhook({ secret, headers: new Headers(headers), body: bytes })).toEqual(event);
      const several = {
        ...headers,
        "webhook-signature": `v1,### v1 v1,AAAA ${headers["webhook-signature"]}`,
      };
      expect(await verifyWebhook({ secret, headers: several, body })).toEqual(event);
      for (const changed of [
        { body: body.replace("done", "fail") },
        { secret: `whsec_${btoa("another secret")}` },
        { headers: { ...headers, "webhook-id": "msg_other" } },
        { headers: { ...headers, "webhook-timestamp": String(Number(headers["webhook-timestamp"]) - 1) } },
        { headers: { ...headers, "webhook-signature": "v1,AAAA" } },
        { headers: { ...headers, "webhook-signature": "v1,###" } },
        { headers: { ...headers, "webhook-signature": headers["webhook-signature"]?.replace("v1,", "v2,") } },
        { headers: { ...headers, "webhook-timestamp": undefined } },
        { headers: { ...headers, "webhook-timestamp": "soon" } },
      ]) {
        const request = { secret: webhookSecret, headers, body, ...changed };
        await expect(verifyWebhook(request)).rejects.toThrow(WebhookRefusal);
      }
    });

    it("refuses a webhook that is signed rightly, but long ago", async () => {
      const at = new Date(Date.now() - 600_000);
      const body = '{"type":"image.done"}';
      const headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": String(Math.floor(at.getTime() / 1000)),
        "webhook-signature": new Webhook(webhookSecret).sign("msg_1", at, body),
      };
      const request = { secret: webhookSecret, headers, body };
      await expect(verifyWebhook(request)).rejects.toThrow(/too old/);
      expect(await verifyWebhook({ ...request, toleranceSeconds: 700 })).toEqual({ type: "image.done" });
    });
  });
}
