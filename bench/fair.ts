/**
 * Whether those who wait are served fairly: a single upload beside a batch of 2,000, and two batches of 1,000 that come
 * together. In one process, and on Redis and PostgreSQL where this machine has them.
 *
 *   npm run bench:fair                  about three minutes
 *   npm run bench:fair -- --quick       a tenth of the images
 *   npm run bench:fair -- --write       the table goes into docs/performance.md
 */
import { parseArgs } from "node:util";
import { flat, photo } from "../test/pictures/index.ts";
import { countsOf, singleMs, submitBatch, usedBySingles, watchTwo } from "../test/support/fairness.ts";
import { Fleet, requireFleet } from "../test/support/fleet.ts";
import { median } from "../test/support/median.ts";
import { removeFolder, startPixmill } from "../test/support/pixmill.ts";
import { until } from "../test/support/until.ts";
import { writeTable } from "./measured-page.ts";

const { values: flags } = parseArgs({
  options: { quick: { type: "boolean" }, write: { type: "boolean" }, help: { type: "boolean" } },
});
if (flags.help) {
  console.log("Usage: npm run bench:fair -- [--quick] [--write]");
  process.exit(0);
}
const scale = flags.quick ? 0.1 : 1;
const say = (text: string) => console.error(`… ${text}`);
const small = await flat({ width: 64, height: 64 });
const single = { name: "single.jpg", content: await photo({ width: 4000, height: 3000, format: "jpeg" }) };
const rows: string[] = [];

async function measure(name: string, url: string): Promise<void> {
  say(`${name}: a single upload, idle`);
  const idle: number[] = [];
  for (let time = 0; time < 10; time += 1) idle.push(await singleMs(url, single));
  await usedBySingles(url, single.content);
  const queued = 2000 * scale;
  say(`${name}: the same beside a batch of ${queued}`);
  const batch = await submitBatch(url, queued, small);
  const beside: number[] = [];
  while (beside.length < 5) {
    if ((await countsOf(url, batch)).done === queued) throw new Error("The batch was over too soon.");
    beside.push(await singleMs(url, single));
  }
  await until(async () => (await countsOf(url, batch)).done === queued, {
    withinMs: 600_000,
    what: "the end of the batch",
  });
  say(`${name}: two batches of ${1000 * scale} together`);
  const { largestGap, done } = await watchTwo(url, 1000 * scale, small);
  rows.push(
    `| ${name}: a single upload, idle and beside ${queued.toLocaleString("en")} queued | ` +
      `${median(idle).toFixed(0)} ms, ${median(beside).toFixed(0)} ms: ` +
      `${(median(beside) / median(idle)).toFixed(1)} times | < 3 times |`,
    `| ${name}: two batches together, the largest gap; done when the first was over | ` +
      `${(100 * largestGap).toFixed(1)} % of a batch; ${done.join(" and ")} | < 10 % |`,
  );
}

const pixmill = await startPixmill();
try {
  await measure("one process", pixmill.url);
} finally {
  await pixmill.stop();
  await removeFolder(pixmill.storage);
}
if (requireFleet()) {
  const fleet = await Fleet.start({ workers: 2 });
  try {
    await measure("two workers on Redis", fleet.url);
  } finally {
    await fleet.stop();
  }
}
const table = ["| what | measured | aim |", "|---|---|---|", ...rows].join("\n");
console.log(table);
if (flags.write) await writeTable("performance.md", "fair", table);
