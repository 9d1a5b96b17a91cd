import type { Command } from "commander";
import { loadPresets } from "../config/presets-file.ts";
import { settingKeys } from "../config/setting-table.ts";
import { loadSettings } from "../config/settings.ts";
import { type ShownSetting, shownSettings } from "../config/shown-settings.ts";
import { exitCodes } from "./failure.ts";
import { addSettingOptions, settingFlags } from "./setting-options.ts";

const examples = `
Examples:
  $ pixmill config
  $ PIXMILL_MEMORY=2gb pixmill config --json
  $ pixmill config --max-file-size 10mb`;

export function addConfigCommand(program: Command, finish: (exitCode: number) => void): void {
  const command = program
    .command("config")
    .description("print every setting with its value and where it comes from")
    .option("--json", "as JSON")
    .addHelpText("after", examples)
    .action(async (options: Record<string, unknown>) => {
      const loaded = loadSettings({ env: process.env, flags: settingFlags(options, settingKeys) });
      // What would stop the server stops this too.
      await loadPresets(loaded.settings.presets);
      const shown = shownSettings(loaded);
      process.stdout.write(options.json ? asJson(shown) : asTable(shown));
      finish(exitCodes.done);
    });
  addSettingOptions(command, settingKeys);
}

function asTable(shown: readonly ShownSetting[]): string {
  const lines = shown.map(({ name, value, source }) => [name, value ?? "(none)", source] as const);
  const width = (column: 0 | 1) => Math.max(...lines.map((line) => line[column].length));
  return lines
    .map(([name, value, source]) => `${name.padEnd(width(0))}  ${value.padEnd(width(1))}  ${source}\n`)
    .join("");
}

function asJson(shown: readonly ShownSetting[]): string {
  const byName = shown.map(({ name, value, source }) => [name, { value, source }]);
  return `${JSON.stringify(Object.fromEntries(byName), null, 2)}\n`;
}
