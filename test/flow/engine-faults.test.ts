import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { enginePids, type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

describe("invariant 6: one bad image is one bad image", () => {
  let pixmill: Pixmill;
  let slow: Buffer;
  beforeAll(async () => {
    slow = await photo({ width: 3000, height: 2000, format: "jpeg" });
    // Long, so that on a slow machine a deadline is never taken for a crash.
    pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "1", PIXMILL_JOB_TIMEOUT: "5m" } });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  /** Takes long enough to be caught in the act: a costly format at a size worth its name. */
  const costly = { variants: JSON.stringify([{ name: "big", width: 2600, format: "avif", quality: 90 }]) };

  /** The engine process that has worked on the image for a while: 1 s of CPU, in clock ticks of 10 ms; its start takes half. */
  const busyEngine = async (id: string) => {
    const seen = new Map<number, number>();
    let found: number | undefined;
    await until(
      async () => {
        const image = (await (await fetch(`${pixmill.url}/v1/images/${id}`)).json()) as ImageView;
        if (image.status !== "processing") return false;
        for (const pid of await enginePids(pixmill.pid)) {
          const words = (await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""))
            .split(") ")[1]
            ?.split(" ");
          const ticks = Number(words?.[11]) + Number(words?.[12]);
          const first = seen.get(pid) ?? ticks;
          seen.set(pid, first);
          if (ticks - first >= 100) found = pid;
        }
        return found !== undefined;
      },
      { what: "an engine process at work" },
    );
    return found ?? 0;
  };

  it.each([
    ["killed", "SIGKILL"],
    ["segfaulting", "SIGSEGV"],
    ["aborting", "SIGABRT"],
  ] as const)(
    "an engine process %s fails its image after two tries and harms no neighbour",
    async (_how, signal) => {
      const { id } = await accepted(pixmill.url, { name: "poison.jpg", content: slow }, costly);
      const neighbours = await Promise.all(
        [1, 2, 3].map((index) => accepted(pixmill.url, { name: `good-${index}.jpg`, content: slow })),
      );
      for (let strike = 0; strike < 2; strike++) {
        process.kill(await busyEngine(id), signal);
        if (strike === 0) {
          await until(async () => {
            const image = (await (await fetch(`${pixmill.url}/v1/images/${id}`)).json()) as ImageView;
            return image.attempt === 2 && image.status === "processing";
          });
        }
      }
      const failed = await finalImage(pixmill.url, id);
      expect(failed.status).toBe("failed");
      expect(["engine_crashed", "out_of_memory"]).toContain(failed.error?.code);
      expect(failed.attempt).toBe(2);
      for (const neighbour of neighbours) {
        expect(await finalImage(pixmill.url, neighbour.id)).toMatchObject({ status: "done", attempt: 1 });
      }
    },
  );

  it("ends the engine of an image that is cancelled in mid-render, soon", async () => {
    const { id } = await accepted(pixmill.url, { name: "stop.jpg", content: slow }, costly);
    const pid = await busyEngine(id);
    const response = await fetch(`${pixmill.url}/v1/images/${id}/cancel`, { method: "POST" });
    expect(response.status).toBe(200);
    await until(
      () => {
        try {
          process.kill(pid, 0);
          return false;
        } catch {
          return true;
        }
      },
      { withinMs: 5_000, what: "the end of the engine process" },
    );
    expect(await finalImage(pixmill.url, id)).toMatchObject({ status: "cancelled" });
    const neighbour = await accepted(pixmill.url, { name: "good.jpg", content: slow });
    expect(await finalImage(pixmill.url, neighbour.id)).toMatchObject({ status: "done" });
  });

  it("invariant 5: answers health checks quickly while pictures are worked on", async () => {
    const work = [1, 2, 3, 4].map((index) =>
      accepted(pixmill.url, { name: `busy-${index}.jpg`, content: slow }),
    );
    await Promise.all(work);
    const times: number[] = [];
    for (let index = 0; index < 50; index++) {
      const startedAt = performance.now();
      expect((await fetch(`${pixmill.url}/livez`)).status).toBe(200);
      times.push(performance.now() - startedAt);
    }
    times.sort((a, b) => a - b);
    expect(times[25]).toBeLessThan(100);
    for (const image of work) await finalImage(pixmill.url, (await image).id);
  });
});
