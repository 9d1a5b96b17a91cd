/**
 * Thousands of files dropped onto the page at once: how long until all are images and done, and how the page answers
 * meanwhile, with Chromium and the service on one machine.
 *
 *   npm run bench:page                      5,000 small pictures, some minutes
 *   npm run bench:page -- --files 500
 *   npm run bench:page -- --write           the table goes into docs/performance.md
 */
import { getPriority, setPriority } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { listBatches } from "../test/support/batches.ts";
import { removeFolder, startPixmill, temporaryFolder } from "../test/support/pixmill.ts";
import { type Responsiveness, type Spread, typeDuring } from "../test/support/responsiveness.ts";
import { smallPictures } from "../test/support/small-pictures.ts";
import { buildPage, dropPaths, openPage } from "../test/support/web-page.ts";
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
// As if the service were elsewhere: it shall not take the processor from the browser that is looked at.
setPriority(pixmill.pid, Math.min(getPriority() + 10, 19));
const { page, close } = await openPage(pixmill.url);
try {
  await smallPictures(join(folder, "album"), files);
  // What the page and the service need once they have worked at all is not what thousands cost.
  await page.getByLabel("Choose a folder").setInputFiles(await warmUp());
  await ended(1);
  const startedAt = performance.now();
  const begin = () => dropPaths(page, [join(folder, "album")]);
  const seen = await typeDuring(page, { begin, isOver: () => isDone(files) });
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
  const spread = ({ medianMs, p95Ms, worstMs }: Spread) => [medianMs, p95Ms, worstMs].map(ms).join(", ");
  return [
    `| ${files.toLocaleString("en")} files dropped at once; Chromium, the service and its engines on this machine | |`,
    "|---|---|",
    `| until all were done | ${(tookMs / 1000).toFixed(1)} s |`,
    `| the longest task of the page's main thread, its own work | ${ms(seen.longestTaskMs)} |`,
    `| from a key to the frame that shows it, ${seen.keys.toLocaleString("en")} keys, the page's own work: median, 95th of 100, worst | ${spread(seen.own)} |`,
    `| the same by the clock | ${spread(seen.waited)} |`,
    `| heap of the page's script before, and at most | ${megabytes(seen.heapBeforeMb)}, ${megabytes(seen.heapMostMb)} |`,
  ].join("\n");
}
