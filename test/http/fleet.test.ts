import type { BrowserContext } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { openBrowser, requireChromium } from "../support/browser.ts";
import { accepted, finalImage, upload } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { promtoolComplaints, seriesValue } from "../support/metrics.ts";
import { type Pixmill, startPixmill } from "../support/pixmill.ts";
import { requireProgram } from "../support/require-program.ts";
import { until } from "../support/until.ts";
import { buildPage, openPage } from "../support/web-page.ts";

const hasPromtool = requireProgram("promtool");
const hasBrowser = requireChromium();

describe.runIf(requireFleet())("what those who run a fleet see", () => {
  let fleet: Fleet;
  beforeAll(async () => {
    // Before the API starts: it knows the page's files from then on.
    if (hasBrowser) await buildPage();
    fleet = await Fleet.start({ workers: 2, env: { PIXMILL_METRICS_PORT: "0" } });
    const content = await photo({ width: 800, height: 500, format: "jpeg" });
    for (let index = 0; index < 4; index++) {
      const { id } = await accepted(fleet.url, { name: "a.jpg", content });
      await finalImage(fleet.url, id);
    }
  }, 180_000);
  afterAll(() => fleet?.stop());

  const get = async (url: string, headers: Record<string, string> = {}) => {
    const response = await fetch(url, { headers });
    return { status: response.status, headers: response.headers, text: await response.text() };
  };
  const probesOf = (worker: Pixmill | undefined) => {
    const line = worker?.log().find(({ msg }) => msg === "metrics and probes are served");
    return `http://127.0.0.1:${line?.port}`;
  };

  it("every worker, by any API process", async () => {
    const workers = async () =>
      JSON.parse((await get(`${fleet.url}/v1/workers`)).text) as { id: string; done: number }[];
    await until(async () => (await workers()).reduce((sum, { done }) => sum + done, 0) === 4, {
      what: "the heartbeats after the last image",
    });
    expect((await workers()).map(({ id }) => id)).toEqual(["worker-1", "worker-2"]);
  });

  it("what each worker counts, at its own port", async () => {
    const texts = await Promise.all(
      [...fleet.workers.values()].map(async (worker) => (await get(`${probesOf(worker)}/metrics`)).text),
    );
    const done = 'pixmill_images_total{outcome="done",format="jpeg"}';
    expect(texts.reduce((sum, text) => sum + (seriesValue(text, done) ?? 0), 0)).toBe(4);
    const finish = 'pixmill_stage_duration_seconds_count{stage="finish"}';
    expect(texts.reduce((sum, text) => sum + (seriesValue(text, finish) ?? 0), 0)).toBe(4);
    for (const text of texts) {
      expect(seriesValue(text, "pixmill_memory_budget_bytes")).toBeGreaterThan(0);
      expect(text).not.toMatch(/^pixmill_queue/m);
    }
  });

  it("what an API process counts: requests and the whole queue, and no work", async () => {
    const { text } = await get(`${fleet.url}/metrics`);
    expect(seriesValue(text, 'pixmill_queue_images{state="waiting"}')).toBe(0);
    expect(seriesValue(text, 'pixmill_stage_duration_seconds_count{stage="receive"}')).toBe(4);
    expect(text).not.toMatch(/^pixmill_(images_total|memory)/m);
  });

  it.runIf(hasPromtool)("pages of metrics that Prometheus' own linter finds clean, of both", async () => {
    for (const url of [fleet.url, probesOf(fleet.workers.get("worker-1"))]) {
      expect(promtoolComplaints((await get(`${url}/metrics`)).text)).toBe("");
    }
  });

  it("whether a worker is alive and ready", async () => {
    const url = probesOf(fleet.workers.get("worker-1"));
    expect((await get(`${url}/livez`)).status).toBe(200);
    const ready = await get(`${url}/readyz`);
    expect(ready.status).toBe(200);
    expect(JSON.parse(ready.text)).toMatchObject({ ready: true, dependencies: { length: 3 } });
  });

  it.runIf(hasBrowser)("the workers taking turns, on the page", async () => {
    const { page, close } = await openPage(`${fleet.url}/?view=workers`);
    try {
      const lane = (name: string) =>
        page.locator(".lane", { has: page.getByRole("heading", { name, exact: true }) });
      await lane("worker-2").waitFor();
      await page.getByText("Live", { exact: true }).waitFor();
      const content = await photo({ width: 1600, height: 1200, format: "jpeg", seed: 2 });
      const files = Array.from({ length: 12 }, (_, index) => ({ name: `turn-${index}.jpg`, content }));
      const names = ["worker-1", "worker-2"];
      // What a worker is busy with is shown for a moment only, so that both are looked at from before.
      const seen = names.map((name) =>
        lane(name)
          .getByText(/turn-\d+\.jpg/)
          .waitFor(),
      );
      await Promise.all([...seen, upload(fleet.url, files)]);
      for (const name of names) {
        await lane(name)
          .locator(".lane-share")
          .getByText(/[1-9]\d*%/)
          .waitFor();
      }
    } finally {
      await close();
    }
  });

  it.runIf(hasBrowser)("the queue, on a page that keeps its rules", async () => {
    const browser: BrowserContext = await openBrowser();
    try {
      const page = await browser.newPage();
      const outside: string[] = [];
      page.on("response", (response) => {
        if (!response.url().startsWith(fleet.url)) outside.push(response.url());
      });
      await page.goto(`${fleet.url}/queues`);
      await page.getByRole("link", { name: "images" }).first().click();
      await page
        .getByText(/completed/i)
        .first()
        .waitFor();
      expect(outside).toEqual([]);
    } finally {
      await browser.close();
    }
  });

  it("the queue's dashboard under its own policy, absent from the API's document", async () => {
    const page = await get(`${fleet.url}/queues`);
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>Pixmill</title>");
    expect(page.headers.get("content-security-policy")).toContain("frame-ancestors 'none'");
    const data = await get(`${fleet.url}/queues/api/queues`);
    expect(JSON.parse(data.text)).toMatchObject({ queues: [{ name: "images", readOnlyMode: true }] });
    expect((await get(`${fleet.url}/openapi.json`)).text).not.toContain("/queues");
  });

  it.each([
    "/queues/api/queues/images/pause",
    "/queues/api/queues/images/obliterate",
    "/queues/api/queues/pause",
  ])("nothing that the dashboard could do to the queue: PUT %s", async (path) => {
    const response = await fetch(fleet.url + path, { method: "PUT" });
    expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  });

  it.each([
    ["/queues/api/queues?activeQueue=%25", 400],
    ["/queues/api/queues?activeQueue=images&page=x", 400],
    ["/queues/api/queues/nothing/x", 404],
    ["/queues/static/nothing.js", 404],
  ])("no fault of ours for what a stranger asks of the dashboard: %s", async (path, status) => {
    const response = await get(fleet.url + path);
    expect(response.status).toBe(status);
  });

  it("the dashboard with an API key only, where there are keys", async () => {
    const { url: database } = await fleet.postgres.createDatabase();
    const env = { REDIS_URL: fleet.redis.url, DATABASE_URL: database, HOST: "0.0.0.0" };
    const keyed = await startPixmill({
      command: ["api"],
      env: { ...env, PIXMILL_API_KEYS: "the-key" },
    });
    try {
      const port = new URL(keyed.url).port;
      const url = `http://127.0.0.1:${port}/queues`;
      for (const path of ["", "/api/queues", "/static/favicon-32x32.png"]) {
        expect((await get(url + path)).status, path).toBe(401);
        expect((await get(url + path, { authorization: "Bearer the-key" })).status, path).toBe(200);
      }
    } finally {
      await keyed.killAll();
    }
    const open = await startPixmill({
      storage: keyed.storage,
      command: ["api"],
      env: { ...env, PIXMILL_OPEN: "on" },
    });
    try {
      expect((await get(`http://127.0.0.1:${new URL(open.url).port}/queues`)).status).toBe(404);
    } finally {
      await open.killAll();
    }
  });

  it("that the dashboard is without its Redis, and says so", async () => {
    await fleet.redis.kill();
    const response = await get(`${fleet.url}/queues/api/queues`);
    expect(response.status).toBe(503);
    expect(JSON.parse(response.text)).toMatchObject({ code: "overloaded" });
    expect(response.headers.get("retry-after")).toBe("5");
    await fleet.redis.restart();
  });
});
