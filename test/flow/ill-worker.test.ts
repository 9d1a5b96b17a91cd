import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage } from "../support/client.ts";
import { Fleet, requireFleet } from "../support/fleet.ts";
import { limitOpenFiles } from "../support/open-files.ts";
import { requireProgram } from "../support/require-program.ts";

const photos = 60;

describe.runIf(requireFleet() && requireProgram("prlimit"))("a worker that alone is ill", () => {
  let fleet: Fleet;
  beforeAll(async () => {
    fleet = await Fleet.start({ workers: 2 });
  });
  afterAll(() => fleet?.stop());

  it("invariant 8: does not fail the images sooner than the other one makes them", async () => {
    const content = await photo({ width: 800, height: 600, format: "jpeg" });
    const pid = fleet.workers.get("worker-1")?.pid ?? 0;
    await limitOpenFiles(pid, 0);
    const one = async (_: unknown, index: number) =>
      (await accepted(fleet.url, { name: `photo-${index}.jpg`, content })).id;
    const ids = await Promise.all(Array.from({ length: photos }, one));
    const images = await Promise.all(ids.map((id) => finalImage(fleet.url, id)));
    expect(images.filter(({ status }) => status !== "done")).toEqual([]);
    const inVain = images.reduce((sum, { attempt }) => sum + attempt - 1, 0);
    expect(inVain, "the worker was ill").toBeGreaterThan(0);
    expect(inVain).toBeLessThan(photos / 3);
    expect(Math.max(...images.map(({ attempt }) => attempt)), "none was its alone").toBeLessThan(8);
  }, 180_000);
});
