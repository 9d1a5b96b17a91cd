import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ApiKeys } from "../api-keys.ts";
import { createLogger } from "../logger.ts";
import { createMetrics } from "../metrics.ts";
import { type Probes, startProbes } from "./probes.ts";

type Line = Record<string, unknown>;

async function start({ port = 0, keys = [] as string[], ready = true } = {}) {
  const log: Line[] = [];
  const destination = { write: (line: string) => void log.push(JSON.parse(line) as Line) };
  const probes = await startProbes({
    host: "127.0.0.1",
    port,
    metrics: createMetrics(),
    readiness: async () => [{ name: "catalog", ready }],
    keys: new ApiKeys(keys),
    logger: createLogger({ level: "info", format: "json", destination }),
  });
  const taken = log.find(({ msg }) => String(msg).includes("are served"))?.port;
  return { probes, log, url: `http://127.0.0.1:${taken}` };
}

describe("the probes of a worker", () => {
  let probes: Probes;
  let url: string;
  beforeEach(async () => {
    ({ probes, url } = await start());
  });
  afterEach(() => probes.stop());

  it.each([
    ["GET", "/livez", 200],
    ["HEAD", "/livez", 200],
    ["GET", "/readyz?verbose", 200],
    ["GET", "/metrics", 200],
    ["GET", "/v1/images", 404],
    ["GET", "/", 404],
    ["POST", "/metrics", 405],
  ])("answer %s %s with %i", async (method, path, status) => {
    expect((await fetch(url + path, { method })).status).toBe(status);
  });

  it("serve metrics as Prometheus reads them", async () => {
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    expect(await response.text()).toContain("# TYPE pixmill_images_total counter");
  });

  it("say that a stopping worker is not ready, and alive", async () => {
    probes.quiet();
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  });

  it("are gone after the stop, and the stop waits for nobody", async () => {
    const slow = connect(Number(new URL(url).port), "127.0.0.1");
    await once(slow, "connect");
    slow.on("error", () => {}).write("GET /livez HTTP/1.1\r\nHost: a\r\n");
    await (await fetch(`${url}/livez`)).text();
    await probes.stop();
    await expect(fetch(`${url}/livez`)).rejects.toThrow();
  });
});

it("the probes of a worker say which dependency is missing", async () => {
  const { probes, url } = await start({ ready: false });
  const response = await fetch(`${url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ ready: false, dependencies: [{ name: "catalog", ready: false }] });
  await probes.stop();
});

it("the metrics of a worker ask for an API key where there is one, and its probes do not", async () => {
  const { probes, url } = await start({ keys: ["the-key"] });
  const refused = await fetch(`${url}/metrics`);
  expect([refused.status, refused.headers.get("www-authenticate")]).toEqual([401, "Bearer"]);
  expect((await fetch(`${url}/metrics`, { headers: { authorization: "Bearer wrong" } })).status).toBe(401);
  expect((await fetch(`${url}/metrics`, { headers: { authorization: "Bearer the-key" } })).status).toBe(200);
  expect((await fetch(`${url}/readyz`)).status).toBe(200);
  await probes.stop();
});

it("a port that is taken is a warning, and the worker goes on", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const { probes, log } = await start({ port });
  expect(log).toEqual([expect.objectContaining({ level: "warn", port })]);
  await probes.stop();
  other.close();
});
