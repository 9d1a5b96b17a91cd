import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { flat, photo } from "../pictures/index.ts";
import { accepted, finalImage, type ImageView } from "../support/client.ts";
import { countsOf, submitBatch, usedBySingles, watchTwo } from "../support/fairness.ts";
import { median } from "../support/median.ts";
import { until } from "../support/until.ts";
import type { Deployment } from "./flow.ts";

interface Times {
  /** Milliseconds since 1970 by the catalog's clock; no time is the end of time. */
  readonly createdAt: number;
  readonly startedAt: number;
}

function timesOf(image: ImageView): Times {
  const { createdAt, startedAt } = image as unknown as { createdAt: string; startedAt: string | null };
  return { createdAt: Date.parse(createdAt), startedAt: startedAt ? Date.parse(startedAt) : Infinity };
}

async function imagesOf(url: string, batchId: string): Promise<ImageView[]> {
  const images: ImageView[] = [];
  for (let cursor = ""; ; ) {
    const after = cursor && `&cursor=${cursor}`;
    const response = await fetch(`${url}/v1/images?batchId=${batchId}&limit=200${after}`);
    const page = (await response.json()) as { items: ImageView[]; nextCursor: string | null };
    images.push(...page.items);
    if (page.nextCursor === null) return images;
    cursor = page.nextCursor;
  }
}

/** Who is served when, as clients see it. `engines`: pictures that the deployment works on at a time. */
export function describeFairness(name: string, engines: number, start: () => Promise<Deployment>): void {
  describe(`${name}: fair to all who wait`, () => {
    let deployment: Deployment;
    let url: string;
    let small: Buffer;
    beforeAll(async () => {
      small = await flat({ width: 64, height: 64 });
      deployment = await start();
      url = deployment.url;
    });
    afterAll(() => deployment?.stop());

    it("a single upload goes almost first, whatever a batch has queued", { timeout: 120_000 }, async () => {
      const content = await photo({ width: 800, height: 600 });
      await usedBySingles(url, content);
      const batch = await submitBatch(url, 600, small);
      await until(async () => (await countsOf(url, batch)).done > 0);
      const singles: Times[] = [];
      for (let time = 0; time < 5; time += 1) {
        const { id } = await accepted(url, { name: "single.jpg", content });
        singles.push(timesOf(await finalImage(url, id)));
      }
      const ofBatch = (await imagesOf(url, batch)).map(timesOf);
      const waiting = (at: number) => ofBatch.filter(({ startedAt }) => startedAt > at).length;
      for (const { startedAt } of singles)
        expect(waiting(startedAt), "much of the batch came later").toBeGreaterThan(50);
      // Each engine ends what it has; what they begin before the single is in the queue is a moment's work, but any
      // one may be kept by the machine in that moment.
      const passedBy = singles.map(({ createdAt, startedAt }) => waiting(createdAt) - waiting(startedAt));
      expect(median(passedBy)).toBeLessThanOrEqual(8 * engines);
      await fetch(`${url}/v1/batches/${batch}`, { method: "DELETE" });
    });

    it("two batches that come together advance together", { timeout: 180_000 }, async () => {
      const { largestGap, samples, done } = await watchTwo(url, 300, small, 150_000);
      expect(samples).toBeGreaterThan(5);
      // Beside a tenth of the batch, what the engines hold and what was done between two looks.
      expect(largestGap).toBeLessThan(0.1 + (2 * engines) / 300);
      expect(Math.min(...done)).toBeGreaterThan(200);
    });
  });
}
