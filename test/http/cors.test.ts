import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./server.ts";

const shop = "https://shop.example.com";
const key = "a-key";

const preflight = (server: TestServer, origin: string, path = "/v1/images") =>
  fetch(server.url + path, {
    method: "OPTIONS",
    headers: {
      origin,
      "access-control-request-method": "POST",
      "access-control-request-headers": "authorization,idempotency-key,tus-resumable",
    },
  });

describe("pages of other origins", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer({ apiKeys: [key], corsOrigins: [shop, "http://localhost:3000"] });
  });
  afterAll(() => server.close());

  it("of the setting are told, without a key, that they may ask", async () => {
    for (const path of ["/v1/images", "/upload", "/v1/uploads", "/v1/images/x/variants/y"]) {
      const response = await preflight(server, shop, path);
      expect(response.status, path).toBe(204);
      expect(response.headers.get("access-control-allow-origin")).toBe(shop);
      expect(response.headers.get("access-control-allow-methods")).toBe("GET, HEAD, POST, PATCH, DELETE");
      expect(response.headers.get("access-control-allow-headers")).toBe(
        "authorization,idempotency-key,tus-resumable",
      );
      expect(response.headers.get("access-control-allow-credentials")).toBeNull();
    }
  });

  it("of the setting may read the answer and its headers, and still need the key", async () => {
    const authorized = { origin: shop, authorization: `Bearer ${key}` };
    const response = await fetch(`${server.url}/v1/images`, { headers: authorized });
    expect(response.status).toBe(200);
    expect(response.headers.get("access-control-allow-origin")).toBe(shop);
    expect(response.headers.get("vary")).toMatch(/\borigin\b/i);
    const exposed = response.headers.get("access-control-expose-headers")?.split(", ");
    expect(exposed).toEqual(expect.arrayContaining(["Location", "Retry-After", "ETag", "Upload-Offset"]));
    const refused = await fetch(`${server.url}/v1/images`, { headers: { origin: shop } });
    expect(refused.status).toBe(401);
    // So that the page can read why.
    expect(refused.headers.get("access-control-allow-origin")).toBe(shop);
  });

  it.each([
    "https://evil.example.com",
    "http://shop.example.com",
    "https://shop.example.com:8443",
    "https://shop.example.com.evil.example",
    "null",
  ])("%s is not told that it may", async (origin) => {
    const response = await preflight(server, origin);
    expect(response.status).toBe(401);
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    const asked = await fetch(`${server.url}/livez`, { headers: { origin } });
    expect(asked.status).toBe(200);
    expect(asked.headers.get("access-control-allow-origin")).toBeNull();
  });
});

describe("without the setting", () => {
  it("no page of another origin is told that it may ask", async () => {
    const server = await startServer();
    const response = await preflight(server, shop);
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("GET, HEAD, POST");
    expect(response.headers.get("access-control-allow-origin")).toBeNull();
    await server.close();
  });
});
