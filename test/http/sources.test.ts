import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { insideAddresses } from "../support/inside-addresses.ts";
import { startServer, type TestServer } from "./server.ts";

describe("POST /v1/images with an address", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  async function submit(body: unknown, query = "") {
    const response = await fetch(`${server.url}/v1/images${query}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });
    return { response, body: (await response.json()) as Record<string, unknown> };
  }
  const url = "https://example.com/cats/tom.jpg?size=2#top";

  it("is accepted at once, without asking the address", async () => {
    const { response, body } = await submit({ source: { url } });
    expect(response.status).toBe(202);
    expect(response.headers.get("location")).toBe(`/v1/images/${body.id}`);
    expect(body).toMatchObject({
      status: "queued",
      filename: "tom.jpg",
      preset: "default",
      metadata: {},
      original: null,
      error: null,
      variants: [{ name: "thumb", status: "pending" }],
    });
    const original = await fetch(`${server.url}/v1/images/${body.id}/original`);
    expect([original.status, original.headers.get("retry-after")]).toEqual([404, "1"]);
    expect(await original.json()).toMatchObject({ code: "not_ready" });
  });

  it("keeps the name, the metadata and the variants that are given", async () => {
    const metadata = { shop: 7, tags: ["a\u0000b", null], "\ud800": { deep: true } };
    const variants = [{ name: "small", width: 100 }];
    const { body } = await submit({ source: { url }, filename: "../Tom & Jerry.jpg", metadata, variants });
    expect(body).toMatchObject({
      filename: "Tom & Jerry.jpg",
      preset: null,
      metadata,
      variants: [{ name: "small" }],
    });
    expect((await submit({ source: { url }, preset: "default" })).body).toMatchObject({ preset: "default" });
  });

  it("never shows the address: it may hold a signature", async () => {
    const { body } = await submit({ source: { url: "https://example.com/a.jpg?signature=s3cret" } });
    const seen = await (await fetch(`${server.url}/v1/images/${body.id}`)).text();
    expect(seen + JSON.stringify(server.log)).not.toContain("s3cret");
  });

  it.each([
    ["https://example.com/%D1%84%D0%BE%D1%82%D0%BE.jpg", "фото.jpg"],
    ["https://example.com/a%2Fb%00.jpg", "b.jpg"],
    ["https://example.com/%FF.jpg", "%FF.jpg"],
    ["https://example.com/", "image"],
    ["https://example.com/..%2f..%2fetc", "etc"],
  ])("of %s is named %s", async (address, filename) => {
    expect((await submit({ source: { url: address } })).body).toMatchObject({ filename });
  });

  it.each<readonly [string, string]>([
    ...insideAddresses,
    ["https://example.com:8443/", "on port 80 or 443"],
    ["https://user:pass@example.com/", "a user name or a password"],
    ["file:///etc/passwd", "begin with http:// or https://"],
    ["data:image/png;base64,AAAA", "begin with http:// or https://"],
    ["cat.jpg", "is not a URL"],
  ])("of %s is refused by its looks", async (address, words) => {
    const { response, body } = await submit({ source: { url: address } });
    expect([response.status, body.code]).toEqual([400, "invalid_request"]);
    expect(body.errors).toEqual([{ field: "source.url", message: expect.stringContaining(words) }]);
  });

  const deep = (levels: number) => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
  it.each<[string, unknown, string, string?]>([
    ["no source", {}, "source"],
    ["no body", "", "file", "no_file"],
    ["a list", [], ""],
    ["a source that is a text", { source: url }, "source"],
    ["a source without url", { source: {} }, "source.url"],
    ["a url that is a number", { source: { url: 7 } }, "source.url"],
    [
      "a url of 9,000 characters",
      { source: { url: `https://example.com/${"a".repeat(9000)}` } },
      "source.url",
    ],
    ["an unknown field", { source: { url }, filname: "x" }, "filname"],
    ["an unknown field of the source", { source: { url, headers: {} } }, "source.headers"],
    ["a preset that is null", { source: { url }, preset: null }, "preset"],
    ["an unknown preset", { source: { url }, preset: "poster" }, "preset", "unknown_preset"],
    [
      "a preset and variants",
      { source: { url }, preset: "default", variants: [{ name: "a", width: 1 }] },
      "preset",
    ],
    [
      "a bad variant",
      { source: { url }, variants: [{ name: "a", width: -1 }] },
      "variants[0].width",
      "invalid_transform",
    ],
    ["metadata that is a list", { source: { url }, metadata: [] }, "metadata"],
    ["metadata of 20 kB", { source: { url }, metadata: { a: "x".repeat(20_000) } }, "metadata"],
    ["deep metadata", `{"source":{"url":"${url}"},"metadata":${deep(33)}}`, "metadata"],
    ["very deep metadata", `{"source":{"url":"${url}"},"metadata":${deep(100_000)}}`, "metadata"],
  ])("%s is refused", async (_what, body, field, code = "invalid_request") => {
    const answer = await submit(body);
    expect([answer.response.status, answer.body.code]).toEqual([400, code]);
    expect(answer.body.errors).toMatchObject([{ field }]);
  });

  it("is refused with a query beside it", async () => {
    const { response, body } = await submit({ source: { url } }, "?preset=default");
    expect([response.status, body.errors]).toMatchObject([400, [{ field: "preset" }]]);
  });

  it("stands in the OpenAPI document", async () => {
    const document = (await (await fetch(`${server.url}/openapi.json`)).json()) as {
      paths: Record<string, { post: { requestBody: { content: Record<string, unknown> } } }>;
    };
    const json = document.paths["/v1/images"]?.post.requestBody.content["application/json"];
    expect(json).toMatchObject({
      schema: { required: ["source"], properties: { source: { required: ["url"] }, metadata: {} } },
    });
  });
});
