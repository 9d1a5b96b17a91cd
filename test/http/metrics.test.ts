import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, upload } from "../support/client.ts";
import { promtoolComplaints, seriesValue } from "../support/metrics.ts";
import { enginePids, type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { requireProgram } from "../support/require-program.ts";
import { until } from "../support/until.ts";
import { startServer } from "./server.ts";

const hasPromtool = requireProgram("promtool");
const stages = ["receive", "queue", "materialise", "admit", "render", "store", "finish"];

describe("the metrics of a service in one process", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill({ env: { PIXMILL_MEMORY: "512mb", PIXMILL_CONCURRENCY: "1" } });
    const content = await photo({ width: 1000, height: 500, format: "jpeg" });
    const cut = content.subarray(0, content.length / 2);
    for (const file of [content, content, cut]) {
      const { id } = await accepted(pixmill.url, { name: "a.jpg", content: file });
      await finalImage(pixmill.url, id);
    }
    await (await upload(pixmill.url, { name: "a.txt", content: Buffer.from("no picture") })).text();
  });
  afterAll(async () => {
    await pixmill.stop();
    await removeFolder(pixmill.storage);
  });

  async function scrape(): Promise<string> {
    const response = await fetch(`${pixmill.url}/metrics`);
    expect(response.status).toBe(200);
    expect(response.headers.get("content-type")).toBe("text/plain; version=0.0.4; charset=utf-8");
    return response.text();
  }
  const value = async (series: string) => seriesValue(await scrape(), series);

  it("count images and megapixels by outcome and format", async () => {
    await until(async () => (await value('pixmill_images_total{outcome="failed",format="jpeg"}')) === 1);
    expect(await value('pixmill_images_total{outcome="done",format="jpeg"}')).toBe(2);
    expect(await value('pixmill_megapixels_total{outcome="done",format="jpeg"}')).toBe(1);
  });

  it.each(stages)("tell how long images spent in the stage %s", async (stage) => {
    const text = await scrape();
    const count = seriesValue(text, `pixmill_stage_duration_seconds_count{stage="${stage}"}`);
    // The refused file was received and no more; the broken one was never stored.
    const expected = { receive: 4, store: 2, finish: 2 }[stage] ?? 3;
    expect(count).toBe(expected);
    const seconds = seriesValue(text, `pixmill_stage_duration_seconds_sum{stage="${stage}"}`) ?? -1;
    expect(seconds).toBeGreaterThanOrEqual(0);
    expect(seconds).toBeLessThan(60);
  });

  it("tell the depth of the queue and what waits longest", async () => {
    const text = await scrape();
    for (const state of ["waiting", "active", "delayed"]) {
      expect(seriesValue(text, `pixmill_queue_images{state="${state}"}`)).toBe(0);
    }
    expect(seriesValue(text, 'pixmill_queue_images{state="failed"}')).toBe(1);
    expect(seriesValue(text, "pixmill_queue_oldest_waiting_seconds")).toBe(0);
  });

  it("tell the memory budget, and that nothing holds any of it now", async () => {
    expect(await value("pixmill_memory_budget_bytes")).toBe(512 * 1024 ** 2);
    expect(await value("pixmill_memory_used_bytes")).toBe(0);
  });

  it("count requests by the pattern of their route, never by their address", async () => {
    const text = await scrape();
    const series = (rest: string) => `pixmill_http_request_duration_seconds_count{${rest}}`;
    expect(seriesValue(text, series('route="/upload",method="POST",status="202"'))).toBe(3);
    expect(seriesValue(text, series('route="/upload",method="POST",status="415"'))).toBe(1);
    await fetch(`${pixmill.url}/no/such/address`);
    await until(async () => (await value(series('route="none",method="GET",status="404"'))) === 1);
    expect(await scrape()).not.toContain("such");
    expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  });

  it("tell of the process itself: its memory, CPU and event loop", async () => {
    const text = await scrape();
    expect(seriesValue(text, "process_resident_memory_bytes")).toBeGreaterThan(1e7);
    for (const name of ["process_cpu_seconds_total", "nodejs_eventloop_lag_p99_seconds"]) {
      expect(seriesValue(text, name), name).toBeGreaterThanOrEqual(0);
    }
  });

  it("count engine processes that were started, live, and were lost at their work", async () => {
    const text = await scrape();
    const started = seriesValue(text, "pixmill_engine_processes_started_total") ?? 0;
    expect(started).toBeGreaterThan(0);
    const lost = 'pixmill_engine_processes_lost_total{reason="memory"}';
    expect(seriesValue(text, lost)).toBe(0);
    const content = await photo({ width: 3000, height: 2000, format: "jpeg" });
    const variants = JSON.stringify([{ name: "slow", width: 2400, format: "avif" }]);
    const { id } = await accepted(pixmill.url, { name: "b.jpg", content }, { variants });
    const status = async () =>
      ((await (await fetch(`${pixmill.url}/v1/images/${id}`)).json()) as { status: string }).status;
    await until(
      async () => (await status()) === "processing" && (await value("pixmill_memory_used_bytes")) !== 0,
    );
    for (const pid of await enginePids(pixmill.pid)) process.kill(pid, "SIGKILL");
    await until(async () => (await value(lost)) === 1, { what: "the loss to be counted" });
    await until(async () => (await value("pixmill_engine_processes")) === 1, { what: "its successor" });
    expect(await value("pixmill_engine_processes_started_total")).toBeGreaterThan(started);
    await fetch(`${pixmill.url}/v1/images/${id}`, { method: "DELETE" });
  });

  it.runIf(hasPromtool)("are clean to Prometheus' own linter", async () => {
    expect(promtoolComplaints(await scrape())).toBe("");
    // It does complain about what is wrong.
    expect(promtoolComplaints("# TYPE a_total gauge\na_total 1\n")).toContain("a_total");
  });
});

describe("a scrape while the queue cannot be measured", () => {
  it("answers with everything else, and with no figure that is no longer true", async () => {
    const server = await startServer();
    try {
      const scrape = async () => (await fetch(`${server.url}/metrics`)).text();
      let levels = async () => [{ name: "disk", used: 0.5, limit: 0.95 }];
      const counts = { waiting: 3, active: 0, delayed: 0, failed: 0 };
      let measure = async () => ({ ...counts, oldestWaitingMs: 1500 });
      server.metrics.watchQueue(
        () => measure(),
        () => levels(),
      );
      expect(await scrape()).toMatch(/pixmill_queue_images\{state="waiting"\} 3\n/);
      expect(await scrape()).toMatch(/pixmill_queue_oldest_waiting_seconds 1.5\n/);
      expect(await scrape()).toMatch(/pixmill_level_ratio\{of="disk"\} 0.5\n/);
      for (const failing of [() => Promise.reject(new Error("away")), () => new Promise<never>(() => {})]) {
        measure = failing;
        const text = await scrape();
        expect(text).toContain("process_cpu_seconds_total ");
        expect(text).not.toMatch(/^pixmill_queue_(images|oldest_waiting_seconds)[ {]/m);
        expect(text, "the levels, which say why").toMatch(/pixmill_level_ratio\{of="disk"\} 0.5\n/);
      }
      levels = () => Promise.reject(new Error("away"));
      expect(await scrape()).not.toMatch(/^pixmill_level_ratio[ {]/m);
    } finally {
      await server.close();
    }
  });
});
