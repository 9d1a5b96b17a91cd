/**
 * How soon a worker begins, and what a full queue costs, on real Redis and PostgreSQL.
 *
 *   npm run bench:queue                 10,000 images queued, about two minutes
 *   npm run bench:queue -- --count 1000
 *   npm run bench:queue -- --write      the table goes into docs/performance.md
 */
import { parseArgs } from "node:util";
import { flat } from "../test/pictures/index.ts";
import { accepted, finalImage } from "../test/support/client.ts";
import { Fleet, requireFleet } from "../test/support/fleet.ts";
import { writeTable } from "./measured-page.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "10000" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run bench:queue -- [--count 10000] [--write]");
  process.exit(0);
}
if (!requireFleet()) process.exit(1);
const count = Number(flags.count);
const say = (text: string) => console.error(`… ${text}`);
const percentile = (sorted: readonly number[], share: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
const figures = (times: readonly number[]) => {
  const sorted = times.toSorted((a, b) => a - b);
  return `${percentile(sorted, 0.5).toFixed(1)} ms, ${percentile(sorted, 0.99).toFixed(1)} ms`;
};

const content = await flat({ width: 64, height: 64 });
const fleet = await Fleet.start({ workers: 1 });
try {
  say("idle: from 202 to the worker's start");
  const starts: number[] = [];
  for (let index = 0; index < 300; index++) {
    const { id } = await accepted(fleet.url, { name: "a.jpg", content });
    const image = (await finalImage(fleet.url, id)) as unknown as { createdAt: string; startedAt: string };
    // Both times are of the database's clock; the first hundred warm the processes up.
    if (index >= 100) starts.push(Date.parse(image.startedAt) - Date.parse(image.createdAt));
  }
  await Promise.all([...fleet.workers.values()].map((worker) => worker.stop()));

  say(`queueing ${count} images with no worker`);
  const redis = fleet.redis.client();
  const usedMemory = async () => Number(/used_memory:(\d+)/.exec(await redis.info("memory"))?.[1]);
  const before = await usedMemory();
  let sent = 0;
  const send = async () => {
    while (sent < count) {
      sent += 1;
      await accepted(fleet.url, { name: `${sent}.jpg`, content });
      if (sent % 1000 === 0) say(`${sent} of ${count}`);
    }
  };
  await Promise.all(Array.from({ length: 8 }, send));
  const bytesEach = ((await usedMemory()) - before) / count;
  redis.disconnect();

  say("uploading into the full queue");
  const uploads: number[] = [];
  for (let index = 0; index < 200; index++) {
    const startedAt = performance.now();
    await accepted(fleet.url, { name: "late.jpg", content });
    uploads.push(performance.now() - startedAt);
  }
  const table = [
    "| what | median, 99th percentile | aim |",
    "|---|---|---|",
    `| idle, from accepted to a worker's start | ${figures(starts)} | < 10 ms, < 100 ms |`,
    `| an upload with ${count.toLocaleString("en")} images queued | ${figures(uploads)} | < 100 ms |`,
    `| Redis memory an image, with ${count.toLocaleString("en")} queued | ${Math.round(bytesEach)} bytes | < 2 kB |`,
  ].join("\n");
  console.log(table);
  if (flags.write) await writeTable("performance.md", "queue", table);
} finally {
  await fleet.stop();
}
