import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { startServer, type TestServer } from "./server.ts";

const key = "a-key.of_this~installation+/==";
const otherKey = "another-key";
const bearer = (text: string) => ({ authorization: `Bearer ${text}` });
const someId = "019b0000-0000-7000-8000-000000000000";

async function problem(response: Response) {
  return { status: response.status, code: ((await response.json()) as { code: string }).code };
}

describe("a service with API keys", () => {
  let server: TestServer;
  let picture: Buffer;
  beforeAll(async () => {
    picture = await photo({ width: 60, height: 40, format: "png" });
  });
  beforeEach(async () => {
    server = await startServer({ apiKeys: [key, otherKey] });
  });
  afterEach(() => server.close());

  const ask = (path: string, init: RequestInit = {}) => fetch(server.url + path, init);
  const openSession = async (with_ = key, headers: Record<string, string> = {}) =>
    ask("/v1/session", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ key: with_ }),
    });
  const cookieOf = (response: Response) => (response.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";

  it.each([
    ["POST", "/upload"],
    ["POST", "/v1/images"],
    ["GET", "/v1/images"],
    ["GET", `/v1/images/${someId}`],
    ["GET", `/v1/images/${someId}/original`],
    ["HEAD", `/v1/images/${someId}/variants/thumb`],
    ["DELETE", `/v1/images/${someId}`],
    ["POST", `/v1/images/${someId}/retry`],
    ["POST", "/v1/batches"],
    ["GET", `/v1/batches/${someId}`],
    ["GET", "/v1/events"],
    ["GET", "/v1/presets"],
    ["GET", "/v1/settings"],
    ["GET", "/v1/queue"],
    ["GET", "/v1/workers"],
    ["GET", "/openapi.json"],
    ["GET", "/docs"],
    ["GET", "/nowhere"],
    ["PATCH", "/v1/images"],
  ])("answers %s %s without a key with 401, and says what to send", async (method, path) => {
    const response = await ask(path, { method });
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    if (method === "HEAD") expect(response.status).toBe(401);
    else expect(await problem(response)).toEqual({ status: 401, code: "unauthorized" });
  });

  it.each(["/", "/livez", "/readyz"])("answers %s to everybody", async (path) => {
    expect((await ask(path)).status).toBe(200);
  });

  it("lets in whoever sends one of the keys", async () => {
    for (const right of [key, otherKey]) {
      expect((await ask("/v1/images", { headers: bearer(right) })).status).toBe(200);
    }
    expect((await ask("/v1/images", { headers: { authorization: `bearer ${key}` } })).status).toBe(200);
  });

  it.each([
    ["a wrong key", bearer("wrong")],
    ["a key with a letter more", bearer(`${key}x`)],
    ["no scheme", { authorization: key }],
    ["another scheme", { authorization: `Basic ${key}` }],
    ["an empty key", { authorization: "Bearer " }],
    ["a key of 8 kB", bearer("x".repeat(8_000))],
  ])("refuses %s", async (_what, headers) => {
    expect(await problem(await ask("/v1/images", { headers }))).toEqual({
      status: 401,
      code: "unauthorized",
    });
  });

  it("takes no key from the address", async () => {
    expect((await ask(`/v1/images?key=${encodeURIComponent(key)}`)).status).toBe(401);
  });

  it("refuses an upload before it stores a byte", async () => {
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(picture)]), "a.png");
    expect((await ask("/upload", { method: "POST", body: form })).status).toBe(401);
    expect(await server.files()).toEqual([]);
  });

  it("makes an address wait after ten wrong keys, but not the clients that were right there before", async () => {
    expect((await ask("/v1/queue", { headers: bearer(key) })).status).toBe(200);
    for (let index = 0; index < 10; index++) {
      expect((await ask("/v1/queue", { headers: bearer(`wrong-${index}`) })).status).toBe(401);
    }
    const refused = await ask("/v1/queue", { headers: bearer("wrong-10") });
    const wait = Number(refused.headers.get("retry-after"));
    expect(wait).toBeGreaterThan(0);
    expect(wait).toBeLessThanOrEqual(60);
    expect(await problem(refused)).toEqual({ status: 429, code: "rate_limited" });
    // Guessing right is no use now, in either place.
    expect((await ask("/v1/queue", { headers: bearer(otherKey) })).status).toBe(429);
    expect((await openSession(otherKey)).status).toBe(429);
    expect((await ask("/v1/queue", { headers: bearer(key) })).status).toBe(200);
    expect((await ask("/v1/queue")).status).toBe(401);
  });

  it("counts wrong keys that want a session too", async () => {
    for (let index = 0; index < 10; index++) expect((await openSession(`wrong-${index}`)).status).toBe(401);
    expect((await openSession("wrong")).status).toBe(429);
  });

  it("does not count requests without a key, or with a session that has ended", async () => {
    for (let index = 0; index < 12; index++) {
      const headers = { cookie: `pixmill_session=1.${index}.x` };
      expect((await ask("/v1/queue", { headers })).status).toBe(401);
      expect((await ask("/v1/queue")).status).toBe(401);
    }
    expect((await openSession()).status).toBe(204);
  });

  it("opens a session whose cookie no script and no other site can use", async () => {
    const response = await openSession();
    expect(response.status).toBe(204);
    const cookie = response.headers.get("set-cookie") ?? "";
    expect(cookie).toMatch(/^pixmill_session=[\w.-]+; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/);
    expect(cookie).not.toContain(key);
    const headers = { cookie: `theme=dark; ${cookieOf(response)}; other=1` };
    expect((await ask("/v1/images", { headers })).status).toBe(200);
    const overTls = await openSession(key, { "x-forwarded-proto": "https" });
    expect(overTls.headers.get("set-cookie")).toMatch(/; Secure$/);
  });

  it("lets event streams and pictures through with the cookie", async () => {
    const headers = { cookie: cookieOf(await openSession()) };
    const stop = new AbortController();
    const stream = await ask("/v1/events", { headers, signal: stop.signal });
    expect([stream.status, stream.headers.get("content-type")]).toEqual([
      200,
      expect.stringMatching(/event-stream/),
    ]);
    stop.abort();
    expect((await ask(`/v1/images/${someId}/variants/thumb`, { headers })).status).toBe(404);
  });

  it("ends a session", async () => {
    const response = await ask("/v1/session", { method: "DELETE" });
    expect(response.status).toBe(204);
    expect(response.headers.get("set-cookie")).toMatch(/^pixmill_session=; Max-Age=0; Path=\/;/);
  });

  it("does nothing for pages of another origin that have only the browser's cookie", async () => {
    const cookie = cookieOf(await openSession());
    const post = (headers: Record<string, string>) =>
      ask(`/v1/images/${someId}/retry`, { method: "POST", headers: { cookie, ...headers } });
    const elsewhere: Record<string, string>[] = [
      { origin: "http://localhost:3000" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ];
    for (const headers of elsewhere) {
      expect(await problem(await post(headers))).toEqual({ status: 403, code: "forbidden" });
      expect((await post({ ...headers, ...bearer(key) })).status).toBe(404);
    }
    expect((await post({ origin: server.url })).status).toBe(404);
    expect((await post({ "sec-fetch-site": "same-origin" })).status).toBe(404);
  });

  it.each([
    ["nothing", undefined, "key"],
    ["no text", '{"key":5}', "key"],
    ["an unknown field", `{"key":"${key}","admin":true}`, "admin"],
  ])("refuses a session for %s, naming the field", async (_what, body, field) => {
    const headers = { "content-type": "application/json" };
    const response = await ask("/v1/session", { method: "POST", headers, ...(body && { body }) });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ field }] });
  });

  it("says in its document how to come in", async () => {
    const document = await (await ask("/openapi.json", { headers: bearer(key) })).json();
    expect(document).toMatchObject({
      security: [{ key: [] }, { session: [] }],
      components: { securitySchemes: { key: { type: "http", scheme: "bearer" } } },
      paths: { "/livez": { get: { security: [] } }, "/v1/session": { post: { security: [] } } },
    });
  });

  it("writes no key and no session into the log", async () => {
    const cookie = cookieOf(await openSession());
    await openSession("wrong-guess");
    await ask("/v1/images", { headers: { ...bearer("wrong-guess"), cookie } });
    await ask("/v1/images", { headers: bearer(key) });
    const text = JSON.stringify(server.log);
    expect(text).toContain("/v1/session");
    for (const secret of [key, otherKey, "wrong-guess", cookie.slice("pixmill_session=".length)]) {
      expect(text).not.toContain(secret);
    }
  });
});

describe("a service without API keys", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  it("gives a client that has one no session, and no refusal", async () => {
    const response = await fetch(`${server.url}/v1/session`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ key }),
    });
    expect([response.status, response.headers.get("set-cookie")]).toEqual([204, null]);
    expect((await fetch(`${server.url}/v1/images`, { headers: bearer(key) })).status).toBe(200);
  });
});
