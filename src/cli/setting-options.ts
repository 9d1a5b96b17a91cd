import { type Command, Option } from "commander";
import { flagName, type SettingKey, settingEntry } from "../config/setting-table.ts";
import type { Flags } from "../config/settings.ts";

/** Gives a command a flag for each of the settings. Commander keeps them by the table's keys. */
export function addSettingOptions(command: Command, keys: readonly SettingKey[]): Command {
  for (const key of keys) {
    const flag = flagName(key);
    if (flag === undefined) continue;
    const { env, kind, sentence, default: standard, defaultWords } = settingEntry(key);
    const words = defaultWords ?? (typeof standard === "string" ? standard : "none");
    const text = `${sentence} [${env}, default: ${words}]`.replaceAll("`", "");
    command.addOption(new Option(`${flag} <${kind.placeholder}>`, text));
  }
  return command;
}

/** The flags of these settings among a command's options. */
export function settingFlags(options: Readonly<Record<string, unknown>>, keys: readonly SettingKey[]): Flags {
  const flags: Partial<Record<SettingKey, string>> = {};
  for (const key of keys) {
    const given = options[key];
    if (typeof given === "string") flags[key] = given;
  }
  return flags;
}
