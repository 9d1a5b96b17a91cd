/**
 * Breaks a real fleet on purpose, in every way of the table, and says what came of it.
 *
 *   npm run chaos:report                      the times of a test run, about four minutes
 *   npm run chaos:report -- --long            60 s black holes, ten minutes without Redis, 50 kills: an hour
 *   npm run chaos:report -- --only redis,disk  rows and names that contain one of them
 *   npm run chaos:report -- --write           the table goes into docs/operations.md
 */
import { parseArgs } from "node:util";
import { writeTable } from "../../bench/measured-page.ts";
import "./leave-nothing.ts";
import { type Outcome, Player } from "./play.ts";
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

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", "; ").slice(0, 600);
const row = ({ scenario, figure, result }: Outcome) =>
  `| ${[scenario.row, scenario.name, figure, result].map(cell).join(" | ")} |`;

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

const table = ["| fault | what happens | figure | result |", "|---|---|---|---|", ...outcomes.map(row)].join(
  "\n",
);
console.log(table);
if (flags.write) await writeTable("operations.md", "chaos", table);
process.exit(outcomes.some(({ result }) => result === "failed") ? 1 : 0);
