import { setTimeout as sleep } from "node:timers/promises";
import { accepted, finalImage, type ImageView, type UploadFile, upload } from "./client.ts";

interface BatchCounts {
  readonly total: number;
  readonly done: number;
}

const filesOfRequest = 1000;

/** Uploads `count` copies of a picture as one batch, in as many requests as that takes; its id. */
export async function submitBatch(url: string, count: number, content: Uint8Array): Promise<string> {
  if (count <= filesOfRequest) return await submitFiles(url, count, content, {});
  const headers = { "content-type": "application/json" };
  const opened = await fetch(`${url}/v1/batches`, { method: "POST", headers, body: '{"open":true}' });
  const { id } = (await opened.json()) as { id: string };
  for (let left = count; left > 0; left -= filesOfRequest) {
    await submitFiles(url, Math.min(left, filesOfRequest), content, { batchId: id });
  }
  await fetch(`${url}/v1/batches/${id}/close`, { method: "POST" });
  return id;
}

async function submitFiles(url: string, count: number, content: Uint8Array, fields: Record<string, string>) {
  const files = Array.from({ length: count }, (_, index): UploadFile => ({ name: `${index}.jpg`, content }));
  const response = await upload(url, files, fields, "/v1/batches");
  if (response.status !== 202) throw new Error(`${response.status}: ${await response.text()}`);
  return ((await response.json()) as { id: string }).id;
}

export async function countsOf(url: string, batchId: string): Promise<BatchCounts> {
  const response = await fetch(`${url}/v1/batches/${batchId}`);
  return ((await response.json()) as { counts: BatchCounts }).counts;
}

/** What a service has seen after a while: single uploads that are over, the last a dear one that was cancelled. */
export async function usedBySingles(url: string, content: Uint8Array): Promise<void> {
  const several = Array.from({ length: 10 }, () => accepted(url, { name: "earlier.jpg", content }));
  for (const { id } of await Promise.all(several)) await finalImage(url, id);
  const size = { width: 5_000, height: 4_990, enlarge: true, format: "avif" };
  const variants = JSON.stringify(Array.from({ length: 20 }, (_, index) => ({ name: `v${index}`, ...size })));
  const { id } = await accepted(url, { name: "dear.jpg", content }, { variants });
  await fetch(`${url}/v1/images/${id}/cancel`, { method: "POST" });
  await finalImage(url, id);
}

/** A single upload from its first byte to its end, in milliseconds. */
export async function singleMs(url: string, file: UploadFile): Promise<number> {
  const startedAt = performance.now();
  const { id } = await accepted(url, file);
  const image: ImageView = await finalImage(url, id);
  if (image.status !== "done") throw new Error(`The single image is ${image.status}.`);
  return performance.now() - startedAt;
}

export interface Progress {
  /** The largest difference between what the two had done since both were there, as a part of a batch. */
  readonly largestGap: number;
  readonly samples: number;
  /** Images of each that were done when the first was over. */
  readonly done: readonly [number, number];
}

/**
 * Two batches of `count` images that come at the same time, watched until the first is over; rejects when that takes
 * more than `withinMs`.
 */
export async function watchTwo(
  url: string,
  count: number,
  content: Uint8Array,
  withinMs = 600_000,
): Promise<Progress> {
  const deadline = performance.now() + withinMs;
  const ids = await Promise.all([submitBatch(url, count, content), submitBatch(url, count, content)]);
  const look = () => Promise.all(ids.map(async (id) => (await countsOf(url, id)).done));
  // One of them was there first, and had the workers alone until now.
  const [alone = 0, beside = 0] = await look();
  let [largestGap, samples] = [0, 0];
  for (;;) {
    const [one = 0, other = 0] = await look();
    if (one === count || other === count)
      return { largestGap: largestGap / count, samples, done: [one, other] };
    largestGap = Math.max(largestGap, Math.abs(one - alone - (other - beside)));
    samples += 1;
    if (performance.now() > deadline) {
      throw new Error(
        `Neither batch was over within ${withinMs} ms: ${one} and ${other} of ${count} are done.`,
      );
    }
    await sleep(20);
  }
}
