import type { Outcome } from "./play.ts";
import type { Scenario } from "./scenario.ts";

const head = "| fault | what happens | form | figure | result |\n|---|---|---|---|---|";

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", "; ").slice(0, 600);
const nameOf = ({ row, name }: Scenario) => `| ${[row, name].map(cell).join(" | ")} |`;

/** One table of all scenarios, in their order. */
export function reportTable(outcomes: readonly Outcome[], long: boolean): string {
  return [head, ...outcomes.map((outcome) => lineOf(outcome, long))].join("\n");
}

/**
 * The same beside what was measured before: what was not played now keeps its line, and so does what passed in its
 * full form when only the short one was played since.
 */
export function mergedTable(
  earlier: string,
  outcomes: readonly Outcome[],
  { long, all }: { readonly long: boolean; readonly all: readonly Scenario[] },
): string {
  const lines = all.flatMap((scenario) => {
    const known = earlier.split("\n").find((line) => line.startsWith(nameOf(scenario)));
    const outcome = outcomes.find((one) => one.scenario === scenario);
    if (!outcome) return known ?? [];
    const keeps = outcome.result === "skipped" || (!long && outcome.result === "passed");
    return known?.includes("| in full |") && keeps ? known : lineOf(outcome, long);
  });
  return [head, ...lines].join("\n");
}

function lineOf({ scenario, figure, result }: Outcome, long: boolean): string {
  const played = long ? "in full" : "in short";
  const form = result === "skipped" ? "not played" : played;
  return `${nameOf(scenario)} ${[form, figure, result].map(cell).join(" | ")} |`;
}
