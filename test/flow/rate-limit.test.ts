import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Fleet, requireFleet } from "../support/fleet.ts";
import type { Pixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

describe.runIf(requireFleet())("a rate limit on a fleet", () => {
  let fleet: Fleet;
  let second: Pixmill;
  beforeAll(async () => {
    fleet = await Fleet.start({ workers: 0, env: { PIXMILL_RATE_LIMIT: "20" } });
    second = await fleet.startApi();
  }, 180_000);
  afterAll(() => fleet?.stop());

  const ask = (url: string) => fetch(`${url}/v1/images`);
  const left = async (url: string) => Number((await ask(url)).headers.get("ratelimit-remaining"));

  it("is counted by all API processes together", async () => {
    // Whoever is not connected to Redis yet refuses nobody.
    for (const { url } of [fleet.api, second]) await until(async () => (await left(url)) < 20);
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => (await ask(index % 2 ? fleet.url : second.url)).status),
    );
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(18);
    expect((await ask(fleet.url)).status).toBe(429);
    expect((await ask(second.url)).status).toBe(429);
  });

  it("costs a process that is only a worker no connection", async () => {
    await fleet.startWorker("worker-1");
    const redis = fleet.redis.client();
    const clients = String(await redis.client("LIST"));
    redis.disconnect();
    expect(clients.match(/name=pixmill-counters /g)).toHaveLength(2);
  });

  it("holds nobody up while Redis is away", async () => {
    await fleet.redis.stop();
    await until(async () => (await ask(second.url)).status === 200, { what: "an answer without Redis" });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(second.url)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
