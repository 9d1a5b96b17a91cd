/**
 * Many files in one batch: accepted, finished, listed and zipped, and what the service's memory does meanwhile.
 *
 *   npm run bench:batch                     10,000 small pictures, some minutes
 *   npm run bench:batch -- --files 1000
 *   npm run bench:batch -- --fleet          on Redis and PostgreSQL; the memory is the API's
 *   npm run bench:batch -- --write          the table goes into docs/performance.md
 */
import { parseArgs } from "node:util";
import { flat } from "../test/pictures/index.ts";
import { Fleet, requireFleet } from "../test/support/fleet.ts";
import { type BatchFacts, runLargeBatch } from "../test/support/large-batch.ts";
import { removeFolder, startPixmill } from "../test/support/pixmill.ts";
import { mostResidentBytes, residentBytes } from "../test/support/process-memory.ts";
import { writeTable } from "./measured-page.ts";

const { values: flags } = parseArgs({
  options: {
    files: { type: "string", default: "10000" },
    fleet: { type: "boolean" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run bench:batch -- [--files 10000] [--fleet] [--write]");
  process.exit(0);
}
const files = Number(flags.files);
const content = await flat({ width: 64, height: 64 });

async function measure(url: string, apiPid: number): Promise<string> {
  // What a process needs once it has worked at all is not what a batch costs.
  await runLargeBatch(url, { files: 100, content, say: () => {} });
  const idle = await residentBytes(apiPid);
  const running = runLargeBatch(url, { files, content, say: (text) => console.error(`… ${text}`) });
  const { result: facts, most } = await mostResidentBytes(apiPid, running);
  return tableOf(facts, { idle, most });
}

function tableOf(facts: BatchFacts, memory: { idle: number; most: number }): string {
  const seconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
  const megabytes = (bytes: number) => `${Math.round(bytes / 1024 ** 2)} MB`;
  return [
    `| ${files.toLocaleString("en")} files in one batch${flags.fleet ? ", two workers on Redis" : ", one process"} | |`,
    "|---|---|",
    `| accepted, 500 a request | ${seconds(facts.acceptedMs)} |`,
    `| finished, from the first file on | ${seconds(facts.finishedMs)} |`,
    `| listed, 200 a page | ${seconds(facts.listedMs)} |`,
    `| downloaded as a ZIP of ${megabytes(facts.archiveBytes)} | ${seconds(facts.archivedMs)} |`,
    `| memory of the API before, and at most | ${megabytes(memory.idle)}, ${megabytes(memory.most)} |`,
  ].join("\n");
}

async function measured(): Promise<string> {
  if (flags.fleet) {
    const fleet = await Fleet.start({ workers: 2 });
    try {
      return await measure(fleet.url, fleet.api.pid);
    } finally {
      await fleet.stop();
    }
  }
  const pixmill = await startPixmill();
  try {
    return await measure(pixmill.url, pixmill.pid);
  } finally {
    await pixmill.stop();
    await removeFolder(pixmill.storage);
  }
}

if (flags.fleet && !requireFleet()) process.exit(1);
const table = await measured();
console.log(table);
if (flags.write) await writeTable("performance.md", flags.fleet ? "batch-fleet" : "batch", table);
