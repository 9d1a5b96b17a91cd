/**
 * Breaks a real fleet on purpose, in every way of the table, and says what came of it.
 *
 *   npm run chaos:report                      the times of a test run, about ten minutes
 *   npm run chaos:report -- --long            60 s black holes, ten minutes without Redis, 50 kills: two hours
 *   npm run chaos:report -- --only redis,disk  rows and names that contain one of them
 *   npm run chaos:report -- --write           what was played goes into the table of docs/operations.md
 */
import { parseArgs } from "node:util";
import { readTable, writeTable } from "../../bench/measured-page.ts";
import "./leave-nothing.ts";
import { type Outcome, Player } from "./play.ts";
import { mergedTable, reportTable } from "./report-table.ts";
import { scenarios } from "./scenario-table.ts";

const { values: flags } = parseArgs({
  options: {
    long: { type: "boolean", default: false },
    only: { type: "string", default: "" },
    write: { type: "boolean" },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run chaos:report -- [--long] [--only WORD,…] [--write]");
  process.exit(0);
}

const words = flags.only.toLowerCase().split(",");
const wanted = scenarios.filter(({ row, name }) =>
  words.some((word) => `${row} ${name}`.toLowerCase().includes(word)),
);
const player = new Player({ long: flags.long });
const outcomes: Outcome[] = [];
for (const scenario of wanted) {
  const outcome = await player.play(scenario);
  outcomes.push(outcome);
  console.error(
    `… ${outcome.result} after ${outcome.seconds.toFixed(0)} s: ${scenario.name}: ${outcome.figure}`,
  );
}
await player.close();

console.log(reportTable(outcomes, flags.long));
if (flags.write) {
  const earlier = await readTable("operations.md", "chaos");
  await writeTable(
    "operations.md",
    "chaos",
    mergedTable(earlier, outcomes, { long: flags.long, all: scenarios }),
  );
}
process.exit(outcomes.some(({ result }) => result === "failed") ? 1 : 0);
