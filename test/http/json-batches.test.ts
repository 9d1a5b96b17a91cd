import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./server.ts";

interface Answer {
  readonly id: string;
  readonly status: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly images: readonly {
    filename: string;
    error: { code: string; message: string } | null;
    metadata: object;
  }[];
  readonly code?: string;
  readonly errors?: readonly { field: string; message: string }[];
}

describe("a batch as a list of addresses", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  async function send(body: unknown, headers: Record<string, string> = {}) {
    const response = await fetch(`${server.url}/v1/batches`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { status: response.status, headers: response.headers, body: (await response.json()) as Answer };
  }
  const image = (name: string, more: object = {}) => ({
    source: { url: `https://example.com/${name}` },
    ...more,
  });

  it("is accepted with its images waiting to be fetched, in their order", async () => {
    const { status, headers, body } = await send({
      images: [image("a.jpg"), image("b.jpg", { filename: "named.jpg", metadata: { shop: 7 } })],
      variants: [{ name: "tiny", width: 20 }],
    });
    expect(status).toBe(202);
    expect(headers.get("location")).toBe(`/v1/batches/${body.id}`);
    expect(body).toMatchObject({ status: "running", counts: { total: 2, queued: 2 } });
    expect(body.images).toMatchObject([
      { filename: "a.jpg", status: "queued", original: null, variants: [{ name: "tiny" }], metadata: {} },
      { filename: "named.jpg", metadata: { shop: 7 } },
    ]);
  });

  it("shows a bad item as a failed image with its reason, and refuses none of the others", async () => {
    const bad = [
      { source: { url: "http://127.0.0.1/secret" }, filename: "inside.jpg" },
      { source: { url: "ftp://example.com/a.jpg" } },
      { source: {} },
      { source: { url: "https://example.com/a.jpg" }, filname: "typo.jpg", metadata: { shop: 7 } },
      "nonsense",
      null,
    ];
    const { status, body } = await send({ images: [image("first.jpg"), ...bad, image("last.jpg")] });
    expect(status).toBe(202);
    expect(body.counts).toMatchObject({ total: 8, queued: 2, failed: 6 });
    expect(body.images.map(({ error }) => error?.code)).toEqual([
      undefined,
      "source_forbidden",
      "source_forbidden",
      ...Array(4).fill("invalid_request"),
      undefined,
    ]);
    expect(body.images[1]?.filename).toBe("inside.jpg");
    expect(body.images[4]?.metadata).toEqual({ shop: 7 });
    expect(body.images[4]?.error?.message).toContain("images[4].filname");
    expect(body.images[4]?.error?.message).toContain('"filename"');
  });

  it("of bad items alone is accepted and over at once", async () => {
    const { status, body } = await send({ images: ["nonsense"] });
    expect([status, body.status, body.counts.failed]).toEqual([202, "done", 1]);
  });

  it("of ten thousand is accepted in one request", async () => {
    const images = Array.from({ length: 10_000 }, (_, index) => image(`${index}.jpg`));
    const { status, body } = await send({ images });
    expect([status, body.counts.total]).toEqual([202, 10_000]);
    const tooMany = await send({ images: [...images, image("one-more.jpg")] });
    expect(tooMany).toMatchObject({
      status: 400,
      body: { code: "too_many_files", errors: [{ field: "images" }] },
    });
  });

  it("is added to an open batch, which keeps what it was opened for", async () => {
    const opened = await send({ open: true, variants: [{ name: "tiny", width: 20 }] });
    const batchId = opened.body.id;
    const { status, body } = await send({ batchId, images: [image("a.jpg")] });
    expect([status, body.id, body.status]).toEqual([202, batchId, "open"]);
    expect(body.images).toMatchObject([{ variants: [{ name: "tiny" }] }]);
    const late = await send({ batchId, images: [image("b.jpg")], callbackUrl: "https://example.com/hook" });
    expect(late).toMatchObject({ status: 400, body: { errors: [{ field: "callbackUrl" }] } });
  });

  it.each([
    [{ images: [] }, "invalid_request", "images"],
    [{ images: "all" }, "invalid_request", "images"],
    [{}, "invalid_request", "images"],
    [{ imges: [] }, "invalid_request", undefined],
    [{ images: [image("a.jpg")], preset: "nonsense" }, "unknown_preset", "preset"],
    [
      { images: [image("a.jpg")], variants: [{ name: "a", width: -1 }] },
      "invalid_transform",
      "variants[0].width",
    ],
    [{ images: [image("a.jpg")], callbackUrl: "ftp://a.b" }, "invalid_request", "callbackUrl"],
    [{ open: true, images: [image("a.jpg")] }, "invalid_request", "images"],
    [{ open: false }, "invalid_request", "open"],
    [{ open: true, callbackUrl: "http://127.0.0.1/" }, "invalid_request", "callbackUrl"],
  ])("is refused as a whole for its own faults: %j", async (body, code, field) => {
    const answer = await send(body);
    expect([answer.status, answer.body.code]).toEqual([400, code]);
    if (field) expect(answer.body.errors?.map((error) => error.field)).toContain(field);
  });

  it("counts its variants before it looks at them", async () => {
    const answer = await send({ images: [image("a.jpg")], variants: Array(100_000).fill({ width: 0 }) });
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_transform" } });
    expect(answer.body.errors).toEqual([{ field: "variants", message: "must hold at most 20 variants" }]);
  });

  it("names no more than fifty of a million unknown fields", async () => {
    const unknown = Array.from({ length: 1_000_000 }, (_, index) => `"x${index}":0`).join(",");
    const answer = await send(`{"open":true,${unknown}}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "invalid_request" } });
    expect(answer.body.errors).toHaveLength(50);
  });

  it("is made once for each key, opened or listed, and the key is no other request's", async () => {
    for (const body of [{ images: [image("a.jpg")] }, { open: true }]) {
      const headers = { "idempotency-key": JSON.stringify(body).slice(0, 20) };
      const first = await send(body, headers);
      const again = await send(body, headers);
      expect([again.status, again.body.id]).toEqual([202, first.body.id]);
      expect(again.headers.get("idempotent-replay")).toBe("true");
      expect((await send({ images: [image("b.jpg")] }, headers)).status).toBe(409);
    }
  });
});
