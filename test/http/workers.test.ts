import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

describe("the list of workers", () => {
  let pixmill: Pixmill;
  beforeAll(async () => {
    pixmill = await startPixmill({ env: { PIXMILL_WORKER_NAME: "miller-1", PIXMILL_CONCURRENCY: "2" } });
  });
  afterAll(async () => {
    await pixmill.stop();
    await removeFolder(pixmill.storage);
  });

  const list = async () => {
    const response = await fetch(`${pixmill.url}/v1/workers`);
    expect(response.status).toBe(200);
    return (await response.json()) as Record<string, unknown>[];
  };

  it("says who works, since when, and what was done", async () => {
    const content = await photo({ width: 1000, height: 500, format: "jpeg" });
    const { id } = await accepted(pixmill.url, { name: "a.jpg", content });
    await finalImage(pixmill.url, id);
    await until(async () => (await list())[0]?.done === 1, { what: "the next heartbeat" });
    expect(await list()).toEqual([
      {
        id: "miller-1",
        host: expect.stringMatching(/./),
        startedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        lastSeenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
        concurrency: 2,
        active: 0,
        done: 1,
        failed: 0,
        megapixels: 0.5,
      },
    ]);
  });
});
