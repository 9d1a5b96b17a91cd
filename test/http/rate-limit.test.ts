import { afterEach, describe, expect, it } from "vitest";
import { startServer, type TestServer } from "./server.ts";

type Options = Parameters<typeof startServer>[0];

describe("a service with a rate limit", () => {
  let server: TestServer;
  afterEach(() => server?.close());

  const start = async (options: Options = {}) => {
    server = await startServer({ rateLimit: { perMinute: 3 }, ...options });
  };
  const ask = (headers: Record<string, string> = {}, path = "/v1/images") =>
    fetch(server.url + path, { headers });
  const statuses = async (times: number, headers: Record<string, string> = {}, path = "/v1/images") => {
    const all: number[] = [];
    for (let index = 0; index < times; index++) all.push((await ask(headers, path)).status);
    return all;
  };

  it("counts down in every answer, and refuses what is too much until the minute is over", async () => {
    await start();
    const first = await ask();
    expect(first.headers.get("ratelimit-limit")).toBe("3");
    expect(first.headers.get("ratelimit-remaining")).toBe("2");
    expect(Number(first.headers.get("ratelimit-reset"))).toBeOneOf([59, 60]);
    expect(await statuses(2)).toEqual([200, 200]);
    const refused = await ask();
    expect(refused.status).toBe(429);
    expect(refused.headers.get("content-type")).toContain("application/problem+json");
    expect(await refused.json()).toMatchObject({ code: "rate_limited", status: 429 });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(Number(refused.headers.get("retry-after"))).toBeLessThanOrEqual(60);
  });

  it("never refuses probes, metrics and the page", async () => {
    await start();
    for (const path of ["/livez", "/readyz", "/metrics", "/"]) {
      expect(new Set(await statuses(5, {}, path)), path).toEqual(new Set([200]));
    }
  });

  it("counts each key for itself, and no address beside it", async () => {
    await start({ apiKeys: ["one", "two"] });
    expect(await statuses(4, { authorization: "Bearer one" })).toEqual([200, 200, 200, 429]);
    expect(await statuses(4, { authorization: "Bearer two" })).toEqual([200, 200, 200, 429]);
    expect(await statuses(2)).toEqual([401, 401]);
  });

  it("counts addresses behind a proxy that is trusted, as that one names them", async () => {
    await start({ trustedProxies: ["loopback"] });
    expect(await statuses(4, { "x-forwarded-for": "203.0.113.1" })).toEqual([200, 200, 200, 429]);
    // What the client itself wrote stands before the address that the proxy saw.
    expect(await statuses(1, { "x-forwarded-for": "198.51.100.7, 203.0.113.1" })).toEqual([429]);
    expect(await statuses(1, { "x-forwarded-for": "203.0.113.2" })).toEqual([200]);
  });

  it("believes nobody else who says to speak for another", async () => {
    await start();
    const all = await Promise.all(
      [1, 2, 3, 4].map((last) => ask({ "x-forwarded-for": `203.0.113.${last}` })),
    );
    expect(all.filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it("counts a whole network of IPv6 as one client", async () => {
    await start({ trustedProxies: ["loopback"] });
    const of = (last: number) => ask({ "x-forwarded-for": `2001:db8:1:2::${last}` });
    const all = await Promise.all([1, 2, 3, 4].map(of));
    expect(all.filter(({ status }) => status === 429)).toHaveLength(1);
  });
});

describe("a service without a rate limit", () => {
  it("says nothing of limits", async () => {
    const server = await startServer();
    const response = await fetch(`${server.url}/v1/images`);
    expect([...response.headers.keys()].filter((name) => name.includes("ratelimit"))).toEqual([]);
    await server.close();
  });
});
