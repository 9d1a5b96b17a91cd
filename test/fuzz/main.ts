/**
 * Damaged pictures against the real service, as many as you like.
 *
 *   npm run fuzz                                  2,000 files of a new seed
 *   npm run fuzz -- --count 10000 --seed 7        the same 10,000 every time
 *   npm run fuzz -- --seed 7 --index 4242         one of them again; --save PATH keeps its bytes
 */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { runCampaign } from "./campaign.ts";
import { damagedFiles } from "./damaged-files.ts";
import { reportText } from "./report.ts";

const { values: flags } = parseArgs({
  options: {
    count: { type: "string", default: "2000" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    index: { type: "string" },
    save: { type: "string" },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run fuzz -- [--count N] [--seed N] [--index N [--save PATH]]");
  process.exit(0);
}

function wholeNumber(flag: "count" | "seed" | "index", smallest: number): number {
  const value = Number(flags[flag]);
  if (Number.isSafeInteger(value) && value >= smallest) return value;
  console.error(`--${flag} takes a whole number from ${smallest}, not ${JSON.stringify(flags[flag])}.`);
  process.exit(2);
}

const seed = wholeNumber("seed", 0);
console.log(`seed ${seed}`);
process.exitCode = flags.index === undefined ? await many() : await one(wholeNumber("index", 0));

async function many(): Promise<number> {
  const count = wholeNumber("count", 1);
  let ended = 0;
  let wrong = 0;
  const report = await runCampaign({
    seed,
    count,
    onFate(file, { end, code }) {
      ended += 1;
      if (end === "wrong") {
        wrong += 1;
        console.error(`file ${file.index}: ${code}`);
      }
      if (ended % 500 === 0 || ended === count) console.error(`… ${ended} of ${count}, ${wrong} wrong`);
    },
  });
  console.log(reportText(report));
  return report.faults.length > 0 ? 1 : 0;
}

async function one(index: number): Promise<number> {
  const file = (await damagedFiles(seed))(index);
  const { kind, how, content, variants = "the default preset" } = file;
  console.log(`${kind}, ${how.join(" + ")}, ${content.length} bytes; asked for ${variants}`);
  if (flags.save !== undefined) await writeFile(flags.save, content);
  const report = await runCampaign({ seed, count: 1, from: index });
  console.log(reportText(report));
  return report.faults.length > 0 ? 1 : 0;
}
