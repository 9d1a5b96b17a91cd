import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { NewImage } from "../../src/catalog/image-record.ts";
import { newImageId } from "../../src/image/image-id.ts";
import { newImage } from "../contracts/catalog-fixtures.ts";
import { photo } from "../pictures/index.ts";
import { type ImageView, upload } from "../support/client.ts";
import { insideAddresses } from "../support/inside-addresses.ts";
import { startServer, type TestServer } from "./server.ts";

let server: TestServer;
let picture: Buffer;
beforeAll(async () => {
  server = await startServer();
  picture = await photo({ width: 40, height: 30, format: "jpeg" });
});
afterAll(() => server.close());

interface Delivery {
  readonly id: string;
  readonly status: string;
  readonly payload: unknown;
}

async function getJson<T>(path: string): Promise<{ status: number; body: T }> {
  const response = await fetch(server.url + path);
  return { status: response.status, body: (await response.json()) as T };
}

describe("a callbackUrl", () => {
  const file = () => ({ name: "cat.jpg", content: picture });
  const raw = (callbackUrl: string) =>
    fetch(`${server.url}/v1/images?callbackUrl=${encodeURIComponent(callbackUrl)}`, {
      method: "POST",
      headers: { "content-type": "image/jpeg" },
      body: new Uint8Array(picture),
    });
  const json = (callbackUrl: string) =>
    fetch(`${server.url}/v1/images`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: { url: "https://pictures.example.com/cat.jpg" }, callbackUrl }),
    });
  /** A resumable upload that is refused before its first byte, or whole. */
  const resumable = (callbackUrl: string) =>
    fetch(`${server.url}/v1/uploads`, {
      method: "POST",
      headers: {
        "tus-resumable": "1.0.0",
        "upload-length": String(picture.length),
        "upload-metadata": `callbackUrl ${Buffer.from(callbackUrl).toString("base64")}`,
      },
    });
  const doors: [string, (callbackUrl: string) => Promise<Response>][] = [
    ["/upload with one file", (callbackUrl) => upload(server.url, file(), { callbackUrl })],
    ["/upload with two files", (callbackUrl) => upload(server.url, [file(), file()], { callbackUrl })],
    ["/v1/images with a form", (callbackUrl) => upload(server.url, file(), { callbackUrl }, "/v1/images")],
    ["/v1/images with a raw body", raw],
    ["/v1/images with JSON", json],
    ["/v1/batches", (callbackUrl) => upload(server.url, file(), { callbackUrl }, "/v1/batches")],
  ];

  it.each(doors)("is kept by %s", async (_door, send) => {
    const response = await send("https://hooks.example.com/a?b=c#d");
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as ImageView;
    const image = await server.catalog.images.find(id);
    if (image && image !== "gone") expect(image.callbackUrl).toBe("https://hooks.example.com/a?b=c");
    else {
      // The batch has it, and tells of its end alone.
      await server.catalog.batches.cancel(id);
      await server.catalog.batches.finishIfOver(id);
      const { body } = await getJson<{ items: { url: string }[] }>(`/v1/webhooks/deliveries?batchId=${id}`);
      expect(body.items.map(({ url }) => url)).toEqual(["https://hooks.example.com/a?b=c"]);
    }
  });

  it.each(insideAddresses)("is refused when it is %s", async (callbackUrl, sentence) => {
    const before = (await server.files()).length;
    const response = await raw(callbackUrl);
    const message = sentence.replace("The address ", "").replace(".", "");
    expect([response.status, await response.json()]).toMatchObject([
      400,
      { code: "invalid_request", errors: [{ field: "callbackUrl", message }] },
    ]);
    expect(await server.files()).toHaveLength(before);
  });

  describe.each([...doors, ["/v1/uploads", resumable] as const])(
    "is refused by %s when it",
    (_door, send) => {
      it.each([
        ["is no address", "hooks"],
        ["is of another scheme", "ftp://hooks.example.com/"],
        ["carries a password", "https://user:secret@hooks.example.com/"],
        ["leads to the machine itself", "http://127.0.0.1/"],
        ["leads there in another spelling", "http://0x7f.1/"],
        ["leads to a private network", "http://192.168.1.1/"],
        ["leads to a metadata service", "http://169.254.169.254/"],
        ["is on a port of something else", "http://hooks.example.com:6379/"],
        ["is longer than any address", `https://hooks.example.com/${"a".repeat(2_100)}`],
      ])("%s", async (_what, callbackUrl) => {
        const before = (await server.files()).length;
        const response = await send(callbackUrl);
        expect(response.status).toBe(400);
        expect(await response.json()).toMatchObject({
          code: "invalid_request",
          errors: [{ field: "callbackUrl", message: expect.any(String) }],
        });
        expect(await server.files()).toHaveLength(before);
      });
    },
  );
});

describe("webhook deliveries", () => {
  const callbackUrl = "https://hooks.example.com/";

  async function deliveryOf(given: Partial<NewImage> = {}): Promise<{ imageId: string; delivery: Delivery }> {
    const { catalog } = server;
    const image = newImage({ callbackUrl, ...given });
    await catalog.images.accept([image]);
    await catalog.images.cancel(image.id);
    const { body } = await getJson<{ items: Delivery[] }>(`/v1/webhooks/deliveries?imageId=${image.id}`);
    const [delivery] = body.items;
    if (!delivery) throw new Error("There is no delivery.");
    return { imageId: image.id, delivery };
  }

  it("are shown with what they say and what became of them", async () => {
    const { imageId, delivery } = await deliveryOf();
    const { status, body } = await getJson(`/v1/webhooks/deliveries/${delivery.id}`);
    expect(status).toBe(200);
    expect(body).toEqual(delivery);
    expect(delivery).toEqual({
      id: expect.stringMatching(/^msg_/),
      type: "image.cancelled",
      imageId,
      batchId: null,
      url: callbackUrl,
      status: "pending",
      attempts: [],
      nextAttemptAt: expect.any(String),
      createdAt: expect.any(String),
      endedAt: null,
      payload: { type: "image.cancelled", timestamp: expect.any(String), data: { id: imageId } },
    });
  });

  it("are listed page by page, newest first, by status and image", async () => {
    const older = await deliveryOf();
    const newer = await deliveryOf();
    const first = await getJson<{ items: Delivery[]; nextCursor: string }>("/v1/webhooks/deliveries?limit=1");
    expect(first.body.items).toEqual([newer.delivery]);
    const second = await getJson<{ items: Delivery[] }>(
      `/v1/webhooks/deliveries?limit=1&cursor=${first.body.nextCursor}&status=pending`,
    );
    expect(second.body.items).toEqual([older.delivery]);
    const delivered = await getJson("/v1/webhooks/deliveries?status=delivered");
    expect(delivered.body).toEqual({ items: [], nextCursor: null });
    const nobody = await getJson(`/v1/webhooks/deliveries?imageId=${newImageId()}`);
    expect(nobody.body).toEqual({ items: [], nextCursor: null });
  });

  it("are replayed from their end, with their log", async () => {
    const { delivery } = await deliveryOf();
    const { deliveries } = server.catalog;
    const due = (await deliveries.due({ limit: 100, except: [] })).find(({ id }) => id === delivery.id);
    const claim = due && (await deliveries.claim(due, 60_000));
    if (!claim) throw new Error("It could not be claimed.");
    const attempt = { at: new Date(), durationMs: 5, statusCode: 410, error: "The receiver answered 410." };
    await deliveries.settle(claim, attempt, { status: "failed" });
    const failed = await getJson<Delivery>(`/v1/webhooks/deliveries/${delivery.id}`);
    const attempts = [{ ...attempt, at: attempt.at.toISOString() }];
    expect(failed.body).toMatchObject({ status: "failed", attempts, nextAttemptAt: null });

    const path = `${server.url}/v1/webhooks/deliveries/${delivery.id}/replay`;
    const replayed = await fetch(path, { method: "POST" });
    expect(replayed.status).toBe(202);
    expect(await replayed.json()).toMatchObject({
      id: delivery.id,
      status: "pending",
      attempts,
      endedAt: null,
    });
  });

  it.each(["msg_none", `msg_${newImageId().replaceAll("-", "")}`, "%00"])(
    "that nobody made (%s) are not found",
    async (id) => {
      const path = `/v1/webhooks/deliveries/${id}`;
      const looked = await getJson(path);
      expect([looked.status, looked.body]).toMatchObject([404, { code: "not_found" }]);
      const replayed = await fetch(`${server.url}${path}/replay`, { method: "POST" });
      expect([replayed.status, await replayed.json()]).toMatchObject([404, { code: "not_found" }]);
    },
  );

  it.each([
    ["status=lost", "status"],
    ["limit=0", "limit"],
    ["cursor=x", "cursor"],
    ["image=1", "image"],
  ])("are not listed by %s, and the answer names it", async (query, field) => {
    const { status, body } = await getJson(`/v1/webhooks/deliveries?${query}`);
    expect([status, body]).toMatchObject([400, { code: "invalid_request", errors: [{ field }] }]);
  });
});
