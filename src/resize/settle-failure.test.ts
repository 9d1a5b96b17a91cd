import { afterEach, beforeEach, expect, it } from "vitest";
import { accepted, claimed, found } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { until } from "../../test/support/until.ts";
import { PixmillError } from "../errors.ts";
import { jobId } from "../queue/job-queue.ts";
import { dispatch } from "./dispatch.ts";
import { refillQueue } from "./reconcile.ts";
import { settleFailure } from "./settle-failure.ts";

let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
});
afterEach(() => seams.close());

const lease = { signal: new AbortController().signal, lost: false, release: () => {} };

/** The real catalog, whose claims cannot be written the first two times. */
function flapping() {
  let failures = 2;
  const claims = new Proxy(seams.catalog.claims, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== "function") return method;
      return async (...given: unknown[]) => {
        if (failures-- > 0) throw new PixmillError("overloaded");
        return await method.apply(target, given);
      };
    },
  });
  return Object.create(seams.catalog, { claims: { value: claims } }) as typeof seams.catalog;
}

it("an engine process that was lost counts against its picture also while the catalog flaps: twice, and no more", async () => {
  let image = await accepted(seams.catalog);
  for (let tries = 1; tries <= 2; tries += 1) {
    const record = await claimed(seams.catalog, image);
    const dependencies = { ...seams, catalog: flapping(), workerName: "worker-1" };
    const never = new AbortController().signal;
    await settleFailure(dependencies, record, new PixmillError("engine_crashed"), lease, never);
    image = await found(seams.catalog, image.id);
    expect(image.status).toBe(tries === 1 ? "queued" : "failed");
  }
  expect(image).toMatchObject({ strikes: 1, error: { code: "engine_crashed" } });
});

it("a second try goes behind what came later, as a job of its own", async () => {
  const struck = await accepted(seams.catalog);
  const record = await claimed(seams.catalog, struck);
  const dependencies = { ...seams, workerName: "worker-1" };
  const lost = new PixmillError("engine_timeout");
  const attempt = await settleFailure(dependencies, record, lost, lease, new AbortController().signal);
  expect(attempt).toEqual({});
  const fresh = await accepted(seams.catalog);
  await dispatch(seams, fresh);
  await until(async () => (await seams.queue.counts()).waiting === 2, {
    what: "the pause before the second try",
  });
  const order: string[] = [];
  const consumer = seams.queue.consume(
    async (job) => {
      order.push(jobId(job));
      return { kind: "finished" };
    },
    { concurrency: 1 },
  );
  await until(() => order.length === 2, { what: "both" });
  await consumer.close(0);
  expect(order).toEqual([`${fresh.id}.0`, `${struck.id}.1`]);
  await refillQueue(seams);
  expect((await seams.queue.counts()).waiting).toBe(2);
});
