import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { accepted } from "../../test/contracts/catalog-fixtures.ts";
import { openSeams } from "../../test/support/seams.ts";
import type { Catalog } from "../catalog/database.ts";
import { dispatch } from "../resize/dispatch.ts";
import { startFetcher } from "./fetcher.ts";

let seams: Awaited<ReturnType<typeof openSeams>>;
beforeEach(async () => {
  seams = await openSeams();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
});
afterEach(async () => {
  vi.useRealTimers();
  await seams.close();
});

it("a fetcher looks for work when an image is to be fetched, and not for each that was sent", async () => {
  let looks = 0;
  const sources = new Proxy(seams.catalog.sources, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (name === "due") looks += 1;
      return typeof method === "function" ? method.bind(target) : method;
    },
  });
  const catalog = Object.create(seams.catalog, { sources: { value: sources } }) as Catalog;
  const observer = { begun() {}, ended() {} };
  const fetcher = startFetcher({ ...seams, catalog, workerName: "worker-1", observer });
  await vi.advanceTimersByTimeAsync(0);
  expect(looks).toBe(1);
  await dispatch(seams, await accepted(seams.catalog));
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toBe(1);
  await dispatch(seams, await accepted(seams.catalog, { original: null, sourceUrl: "http://127.0.0.1/" }));
  await vi.advanceTimersByTimeAsync(100);
  expect(looks).toBeGreaterThan(1);
  const stopped = fetcher.stop(0);
  await vi.advanceTimersByTimeAsync(0);
  await stopped;
});
