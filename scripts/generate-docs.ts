import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { flagName, settingEntry, settingKeys } from "../src/config/setting-table.ts";
import { errorTable } from "../src/errors.ts";
import { formats, formatTable, isOutputFormat, outputFormats } from "../src/image/format.ts";

/**
 * Writes the tables of the documentation from the tables of the code. With `--check` it writes nothing and fails
 * when a page is stale. Prose around the markers belongs to people.
 */
const pages = {
  "docs/settings.md": settingsTable,
  "docs/errors.md": errorsTable,
  "docs/formats.md": formatsTable,
};

const begin = "<!-- generated from the code by `npm run docs`: change the code, not these lines -->";
const end = "<!-- end of the generated lines -->";

const check = process.argv.includes("--check");
const stale: string[] = [];
for (const [page, table] of Object.entries(pages)) {
  const path = fileURLToPath(new URL(`../${page}`, import.meta.url));
  const before = readFileSync(path, "utf8");
  const after = replaceBetweenMarkers(page, before, table());
  if (before === after) continue;
  stale.push(page);
  if (!check) writeFileSync(path, after);
}
if (check && stale.length > 0) {
  console.error(`${stale.join(", ")}: not what the code says. Run \`npm run docs\` and commit the result.`);
  process.exitCode = 1;
} else if (stale.length > 0) {
  console.log(`Wrote ${stale.join(", ")}.`);
}

function replaceBetweenMarkers(page: string, text: string, table: string): string {
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${page} needs the two lines\n${begin}\n${end}`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function settingsTable(): string {
  const rows = settingKeys.map((key) => {
    const { env, kind, default: standard, defaultWords, sentence } = settingEntry(key);
    const printed = typeof standard === "string" ? `\`${standard}\`` : "none";
    const flag = flagName(key);
    return [`\`${env}\``, flag ? `\`${flag}\`` : "–", defaultWords ?? printed, kind.allowed, sentence];
  });
  return markdownTable(["variable", "flag", "default", "allowed", "meaning"], rows);
}

function errorsTable(): string {
  const rows = Object.entries(errorTable).map(([code, { status, sentence, retryable }]) => [
    `\`${code}\``,
    String(status),
    retryable ? "yes" : "no",
    sentence,
  ]);
  return markdownTable(["code", "status", "worth retrying", "meaning"], rows);
}

function formatsTable(): string {
  const word = (yes: boolean | string) => (typeof yes === "string" ? yes : yes ? "yes" : "no");
  const rows = Object.entries(formatTable).map(([name, format]) => [
    name,
    `\`${format.mime}\``,
    word(format.input),
    word(format.output),
    word(format.alpha),
    word(format.animated),
    word(format.turnedBy),
    word(format.profile),
    format.maxSide.toLocaleString("en"),
  ]);
  const known = markdownTable(
    [
      "format",
      "media type",
      "read",
      "written",
      "transparency",
      "animation",
      "turned upright by",
      "colour profile",
      "longest side",
    ],
    rows,
  );
  return `${known}\n\n${resultsTable()}`;
}

/** What comes out, for each format that goes in and each that can be asked for. */
function resultsTable(): string {
  const rows = formats.map((from) => [
    from,
    ...outputFormats.map((to) => resultWords(formatTable[from], formatTable[to])),
    isOutputFormat(from) ? from : formatTable[from].alpha ? "png with transparency, else jpeg" : "jpeg",
  ]);
  return markdownTable(["in \\ out", ...outputFormats, "`keep`"], rows);
}

type FormatFacts = Record<"alpha" | "animated", boolean>;

function resultWords(from: FormatFacts, to: FormatFacts): string {
  const words = [
    ...(from.animated ? [to.animated ? "all frames" : "first frame"] : []),
    ...(from.alpha ? [to.alpha ? "transparency" : "on the background"] : []),
  ];
  return words.join(", ") || "the picture";
}
