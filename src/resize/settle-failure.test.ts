import { afterEach, beforeEach, expect, it } from "vitest";
import { accepted, claimed, found } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import { PixmillError } from "../errors.ts";
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
