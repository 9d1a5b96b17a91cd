import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predictedBytes } from "../../src/image/cost.ts";
import { transformListSchema } from "../../src/image/transform.ts";
import { photo } from "../pictures/index.ts";
import { accepted, type ImageView } from "../support/client.ts";
import { seriesValue } from "../support/metrics.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";

const megabyte = 1024 ** 2;
/** Seconds of work, so that much can happen beside it. */
const large = [2_400, 2_300].map((width) => ({
  name: `w${width}`,
  width,
  format: "webp",
}));
const hugeHeader = { format: "webp", width: 4_000, height: 3_000, frames: 1, progressive: false } as const;

describe("invariant 7: the worker's memory", () => {
  const huge = predictedBytes(hugeHeader, transformListSchema.parse(large));
  const budget = Math.ceil((1.5 * huge) / megabyte);
  let pixmill: Pixmill;
  beforeAll(async () => {
    const env = { PIXMILL_CONCURRENCY: "2", PIXMILL_MEMORY: `${budget}mb` };
    pixmill = await startPixmill({ env });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  /** However long it takes: sixteen large results are much work for a slow machine. */
  const ended = async (id: string): Promise<ImageView> => {
    for (;;) {
      const image = (await (await fetch(`${pixmill.url}/v1/images/${id}?wait=30`)).json()) as ImageView;
      if (!["queued", "processing"].includes(image.status)) return image;
    }
  };

  it("is enough for one huge picture at a time: eight run one after another, and small ones flow past", async () => {
    const [content, smallContent] = await Promise.all([
      photo({ width: 4_000, height: 3_000, format: "webp" }),
      photo({ width: 640, height: 480, format: "jpeg" }),
    ]);
    const asked = { variants: JSON.stringify(large) };
    const hugeIds: string[] = [];
    for (let index = 0; index < 8; index++) {
      hugeIds.push((await accepted(pixmill.url, { name: "huge.webp", content }, asked)).id);
    }
    let over = false;
    let mostUsed = 0;
    const watch = (async () => {
      while (!over) {
        const text = await (await fetch(`${pixmill.url}/metrics`)).text();
        mostUsed = Math.max(mostUsed, seriesValue(text, "pixmill_memory_used_bytes") ?? 0);
        await sleep(50);
      }
    })();
    const smallIds = await Promise.all(
      Array.from({ length: 20 }, async () => {
        const { id } = await accepted(pixmill.url, { name: "small.jpg", content: smallContent });
        return id;
      }),
    );
    const ends = await Promise.all([...smallIds, ...hugeIds].map((id) => ended(id)));
    over = true;
    await watch;
    expect(ends.map(({ status, attempt }) => `${status} ${attempt}`)).toEqual(ends.map(() => "done 1"));
    expect(mostUsed).toBeGreaterThan(huge * 0.9);
    expect(mostUsed).toBeLessThanOrEqual(budget * megabyte);
    const endOf = (image: object) => Date.parse((image as { finishedAt: string }).finishedAt);
    const firstHuge = Math.min(...ends.slice(smallIds.length).map(endOf));
    const beside = ends.slice(0, smallIds.length).filter((image) => endOf(image) < firstHuge);
    expect(beside.length).toBeGreaterThanOrEqual(3);
  }, 300_000);
});
