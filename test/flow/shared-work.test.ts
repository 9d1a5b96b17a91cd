import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { enginePids } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

describe.runIf(requireFleet())("three workers of concurrency 1", () => {
  let fleet: Fleet;
  let content: Buffer;
  beforeAll(async () => {
    content = await photo({ width: 1600, height: 1200, format: "jpeg" });
    fleet = await Fleet.start({ workers: 3 });
  });
  afterAll(() => fleet?.stop());

  async function uploadPhotos(count: number): Promise<string[]> {
    const ids: string[] = [];
    const one = async () => {
      while (ids.length < count) {
        const slot = ids.push("") - 1;
        ids[slot] = (await accepted(fleet.url, { name: `photo-${slot}.jpg`, content })).id;
      }
    };
    await Promise.all([one(), one(), one(), one()]);
    return ids;
  }

  /** Every one of them done, with exactly one result each that anyone can see. */
  async function expectAllDone(ids: readonly string[]): Promise<ImageView[]> {
    const images = await Promise.all(ids.map((id) => finalImage(fleet.url, id)));
    expect(images.filter(({ status }) => status !== "done")).toEqual([]);
    for (const image of images) {
      expect(image.variants).toMatchObject([{ name: "thumb", status: "ready", width: 300, height: 300 }]);
      expect((await fetch(fleet.url + image.variants[0]?.url)).status).toBe(200);
    }
    return images;
  }

  it("share 60 photos: each does at least 8", async () => {
    // Each has an engine by then: one that starts later than the others would miss much of them.
    const busy = new Set<string | null>();
    while (busy.size < 3)
      for (const { worker } of await expectAllDone(await uploadPhotos(6))) busy.add(worker);
    const images = await expectAllDone(await uploadPhotos(60));
    for (const name of ["worker-1", "worker-2", "worker-3"]) {
      expect(images.filter(({ worker }) => worker === name).length, name).toBeGreaterThanOrEqual(8);
    }
  });

  it("invariant 4: refuse the late result of a worker that was frozen past its lease", async () => {
    const big = await photo({ width: 2400, height: 1800, format: "jpeg" });
    const asked = { variants: JSON.stringify([{ name: "big", width: 1600, format: "avif", quality: 80 }]) };
    const { id } = await accepted(fleet.url, { name: "frozen.jpg", content: big }, asked);
    const image = async () => (await (await fetch(`${fleet.url}/v1/images/${id}`)).json()) as ImageView;
    await until(async () => (await image()).status === "processing");
    const { worker: name, attempt } = await image();
    const frozen = fleet.workers.get(name ?? "");
    frozen?.signal("SIGSTOP");
    try {
      // Others take it over once the lease has run out, and finish it.
      await until(async () => (await image()).attempt > attempt, { withinMs: 60_000, what: "a new claim" });
      const done = await finalImage(fleet.url, id);
      expect(done).toMatchObject({ status: "done" });
      expect(done.worker).not.toBe(name);
      frozen?.signal("SIGCONT");
      await until(() => frozen?.log().some(({ msg }) => /dropped|taken away/.test(String(msg))) ?? false, {
        what: "the late result to be dropped",
      });
      expect(await image()).toEqual(done);
    } finally {
      frozen?.signal("SIGCONT");
    }
  });

  it("finish 60 photos while one of them is frozen for 40 s and then continues", {
    timeout: 240_000,
  }, async () => {
    const uploading = uploadPhotos(60);
    const frozen = fleet.workers.get("worker-3");
    await until(async () => (await enginePids(frozen?.pid ?? 0)).length > 0, { what: "worker-3 at work" });
    frozen?.signal("SIGSTOP");
    try {
      const thaw = sleep(40_000);
      const ids = await uploading;
      await expectAllDone(ids);
      await thaw;
      const before = await Promise.all(ids.map((id) => finalImage(fleet.url, id)));
      frozen?.signal("SIGCONT");
      // It lives on: what it does next is new work, and what it did before the freeze changes nothing.
      const takesWork = async () =>
        (await expectAllDone(await uploadPhotos(6))).some(({ worker }) => worker === "worker-3");
      await until(takesWork, { withinMs: 90_000, what: "a new image of worker-3" }).catch(
        (error: unknown) => {
          throw new Error(`${error}: ${frozen?.output().slice(-4_000)}`);
        },
      );
      expect(await Promise.all(ids.map((id) => finalImage(fleet.url, id)))).toEqual(before);
    } finally {
      frozen?.signal("SIGCONT");
    }
  });

  it("stop on SIGTERM with 0, giving back nothing half done, and are no longer listed", async () => {
    const ids = await uploadPhotos(12);
    const worker = fleet.workers.get("worker-1");
    expect(await worker?.stop()).toBe(0);
    for (const image of await expectAllDone(ids)) expect(image.attempt).toBe(1);
    const listed = (await (await fetch(`${fleet.url}/v1/workers`)).json()) as { id: string }[];
    expect(listed.map(({ id }) => id)).not.toContain("worker-1");
  });
});
