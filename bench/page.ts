/**
 * Thousands of files dropped onto the page at once: how long until all are images and done, and how the page answers
 * meanwhile, with Chromium and the service on one machine.
 *
 *   npm run bench:page                      5,000 small pictures, some minutes
 *   npm run bench:page -- --files 500
 *   npm run bench:page -- --write           the table goes into docs/performance.md
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listBatches } from "../test/support/batches.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../test/support/pixmill.ts";
import { type Responsiveness, typeUntil } from "../test/support/responsiveness.ts";
import { smallPictures } from "../test/support/small-pictures.ts";
import { buildPage, openPage } from "../test/support/web-page.ts";
import { writeTable } from "./measured-page.ts";

const { values: flags } = parseArgs({
  options: {
    files: { type: "string", default: "5000" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run bench:page -- [--files 5000] [--write]");
  process.exit(0);
}
const files = Number(flags.files);
let lookedAt = 0;

await buildPage();
const folder = await temporaryFolder();
const pixmill = await startPixmill();
const { page, close } = await openPage(pixmill.url);
try {
  await smallPictures(join(folder, "album"), files);
  // What the page and the service need once they have worked at all is not what thousands cost.
  await page.getByLabel("Choose a folder").setInputFiles(await warmUp());
  await ended(1);
  const startedAt = performance.now();
  const said = page.getByLabel("Choose a folder").setInputFiles(join(folder, "album"));
  const seen = await typeUntil(page, () => isDone(files));
  await said;
  const table = tableOf(seen, performance.now() - startedAt);
  console.log(table);
  if (flags.write) await writeTable("performance.md", "page", table);
} finally {
  await close();
  await pixmill.stop();
  await removeFolder(pixmill.storage);
  await removeFolder(folder);
}

async function warmUp(): Promise<string> {
  const path = join(folder, "warm");
  await smallPictures(path, 20);
  return path;
}

async function ended(count: number): Promise<void> {
  while ((await listBatches(pixmill.url)).filter(({ status }) => status === "done").length < count) {
    await page.waitForTimeout(200);
  }
}

/** Asked with every key, the service would be busy with our questions. */
async function isDone(count: number): Promise<boolean> {
  if (performance.now() - lookedAt < 1000) return false;
  lookedAt = performance.now();
  const [newest] = await listBatches(pixmill.url);
  if (newest) console.error(`… ${newest.counts.done} of ${count} done`);
  return newest?.counts.total === count && newest.status === "done";
}

function tableOf(seen: Responsiveness, tookMs: number): string {
  const ms = (value: number) => `${Math.round(value)} ms`;
  const megabytes = (value: number) => `${value.toFixed(1)} MB`;
  return [
    `| ${files.toLocaleString("en")} files dropped at once; Chromium, the service and its engines on this machine | |`,
    "|---|---|",
    `| until all were done | ${(tookMs / 1000).toFixed(1)} s |`,
    `| from a key to the frame that shows it, ${seen.inputs} keys: median, 95th of 100, worst | ${ms(seen.medianMs)}, ${ms(seen.p95Ms)}, ${ms(seen.worstMs)} |`,
    `| the longest task of the page's script | ${seen.longestTaskMs === 0 ? "under 50 ms" : ms(seen.longestTaskMs)} |`,
    `| heap of the page's script before, and at most | ${megabytes(seen.heapBeforeMb)}, ${megabytes(seen.heapMostMb)} |`,
  ].join("\n");
}
