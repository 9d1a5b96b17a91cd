import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./server.ts";

describe("the API's addresses", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("are all described in an OpenAPI 3.1 document, the documents they answer with too", async () => {
    const response = await fetch(`${server.url}/openapi.json`);
    const document = (await response.json()) as {
      openapi: string;
      paths: Record<string, Record<string, { requestBody?: { content: object }; responses: object }>>;
      components: { schemas: object };
    };
    expect(document.openapi).toBe("3.1.0");
    expect(Object.keys(document.paths).sort()).toEqual([
      "/livez",
      "/metrics",
      "/readyz",
      "/upload",
      "/v1/batches",
      "/v1/batches/{id}",
      "/v1/batches/{id}/archive",
      "/v1/batches/{id}/cancel",
      "/v1/batches/{id}/close",
      "/v1/batches/{id}/retry",
      "/v1/events",
      "/v1/images",
      "/v1/images/{id}",
      "/v1/images/{id}/cancel",
      "/v1/images/{id}/original",
      "/v1/images/{id}/retry",
      "/v1/images/{id}/variants/{name}",
      "/v1/presets",
      "/v1/queue",
      "/v1/session",
      "/v1/settings",
      "/v1/uploads",
      "/v1/uploads/{id}",
      "/v1/webhooks/deliveries",
      "/v1/webhooks/deliveries/{id}",
      "/v1/webhooks/deliveries/{id}/replay",
      "/v1/workers",
    ]);
    expect(Object.keys(document.components.schemas)).toEqual(
      expect.arrayContaining(["Image", "Batch", "Problem", "Transform"]),
    );
    expect(Object.keys(document.paths["/v1/images"]?.post?.requestBody?.content ?? {})).toEqual([
      "multipart/form-data",
      "image/*",
      "application/octet-stream",
      "application/json",
    ]);
  });

  it("are shown to people at /docs, by the page's own policy", async () => {
    const response = await fetch(`${server.url}/docs`);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("swagger-ui");
    expect(response.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
  });

  it("say how to build the page when it is not built", async () => {
    const response = await fetch(server.url);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain("npm run build:web");
    expect(response.headers.get("content-security-policy")).toMatch(
      /default-src 'self'.*frame-ancestors 'none'/,
    );
  });

  it.each([
    ["GET", "/nowhere", 404, "not_found", null],
    ["GET", "/upload", 405, "method_not_allowed", "POST"],
    ["PUT", "/v1/images/abc", 405, "method_not_allowed", "DELETE, GET, HEAD"],
    ["OPTIONS", "/v1/images", 405, "method_not_allowed", "GET, HEAD, POST"],
    ["GET", "/openapi.json?x=1", 400, "invalid_request", null],
    ["GET", "/livez?verbose", 400, "invalid_request", null],
    ["GET", "/v1/images?limit=0", 400, "invalid_request", null],
    ["GET", "/v1/images?limit=1&limit=2", 400, "invalid_request", null],
    ["GET", "/v1/images?status=gone", 400, "invalid_request", null],
    ["GET", "/v1/images?cursor=x", 400, "invalid_request", null],
    ["GET", "/v1/images/019b0000-0000-7000-8000-000000000000?wait=61", 400, "invalid_request", null],
    ["GET", "/v1/images/019b0000-0000-7000-8000-000000000000", 404, "not_found", null],
    ["POST", "/v1/images/x/retry", 404, "not_found", null],
    ["DELETE", "/v1/images/x", 404, "not_found", null],
    ["GET", "/v1/batches/x", 404, "not_found", null],
  ])("%s %s is %i %s", async (method, path, status, code, allow) => {
    const response = await fetch(server.url + path, { method });
    const body = (await response.json()) as { requestId: string };
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    expect(response.headers.get("allow")).toBe(allow);
    expect(body).toMatchObject({ status, code });
    expect(body.requestId).toBe(response.headers.get("x-request-id"));
  });

  it.each(["%00", "x", "%ff", "%ED%A0%80"])("list nothing of a batch that is called %s", async (batchId) => {
    const response = await fetch(`${server.url}/v1/images?batchId=${batchId}`);
    expect(response.status).toBeLessThan(500);
    if (response.ok) expect(await response.json()).toEqual({ items: [], nextCursor: null });
  });

  it("take no fields where there is nothing to say", async () => {
    const image = "/v1/images/019b0000-0000-7000-8000-000000000000";
    for (const [method, path] of [
      ["POST", `${image}/cancel`],
      ["POST", `${image}/retry`],
      ["DELETE", image],
    ] as const) {
      const send = (body: string) =>
        fetch(server.url + path, { method, headers: { "content-type": "application/json" }, body });
      const refused = await send('{"reason":"x"}');
      expect(await refused.json()).toMatchObject({
        status: 400,
        code: "invalid_request",
        errors: [{ field: "reason" }],
      });
      for (const body of ["[]", "7", "null"]) expect([path, (await send(body)).status]).toEqual([path, 400]);
      for (const body of ["", "{}"]) expect([path, (await send(body)).status]).toEqual([path, 404]);
    }
  });

  it.each([
    ['{"source":', "invalid_request"],
    ['{"source":{"url":"http://127.0.0.1/c.jpg"}}', "invalid_request"],
    ['{"__proto__":{"x":1}}', "invalid_request"],
    ["[".repeat(500_000), "invalid_request"],
  ])("refuse the JSON %.40s", async (body, code) => {
    const headers = { "content-type": "application/json" };
    const response = await fetch(`${server.url}/v1/images`, { method: "POST", headers, body });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, code]);
  });

  it.each([
    ["/v1/images", 1 << 20],
    ["/v1/batches", 1 << 24],
  ])("refuse JSON at %s of more than %i bytes", async (path, bytes) => {
    const headers = { "content-type": "application/json" };
    const body = `"${"x".repeat(bytes)}"`;
    const response = await fetch(`${server.url}${path}`, { method: "POST", headers, body });
    expect(response.status).toBe(413);
  });

  it("answer probes, and say what is not ready", async () => {
    expect((await fetch(`${server.url}/livez`)).status).toBe(200);
    const response = await fetch(`${server.url}/readyz`);
    expect(await response.json()).toMatchObject({ ready: true });
    const other = await startServer();
    try {
      Object.assign(other.useCases, {
        readiness: async () => [{ name: "catalog", ready: false, detail: "The catalog does not answer." }],
      });
      const unready = await fetch(`${other.url}/readyz`);
      expect(unready.status).toBe(503);
      expect(await unready.json()).toMatchObject({
        code: "overloaded",
        detail: "Not ready: catalog.",
        dependencies: [{ name: "catalog", ready: false }],
      });
    } finally {
      await other.close();
    }
  });

  it("log one line a request, by its id, without its query, and probes only for those who look", async () => {
    const response = await fetch(`${server.url}/v1/images?limit=3`);
    await response.text();
    const requestId = response.headers.get("x-request-id");
    const line = server.log.filter((entry) => entry.requestId === requestId);
    expect(line).toEqual([
      expect.objectContaining({
        level: "info",
        method: "GET",
        path: "/v1/images",
        status: 200,
        ms: expect.any(Number),
      }),
    ]);
    await (await fetch(`${server.url}/livez`)).text();
    expect(server.log.filter(({ path }) => path === "/livez").map(({ level }) => level)).not.toContain(
      "info",
    );
  });

  it("show nothing of what went wrong inside, and log all of it", async () => {
    const other = await startServer();
    try {
      Object.assign(other.useCases, {
        queueFacts: async () => {
          throw new Error("ENOENT: /secret/path");
        },
      });
      const response = await fetch(`${other.url}/v1/queue`);
      const text = await response.text();
      expect(response.status).toBe(500);
      expect(JSON.parse(text)).toMatchObject({ code: "internal_error" });
      expect(text).not.toContain("secret");
      expect(JSON.stringify(other.log.find(({ msg }) => msg === "request failed"))).toContain("/secret/path");
    } finally {
      await other.close();
    }
  });
});
