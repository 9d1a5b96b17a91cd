import { printable, type SettingKey, settingEntry, settingKeys } from "./setting-table.ts";
import type { LoadedSettings } from "./settings.ts";

/** A setting as people may see it. */
export interface ShownSetting {
  /** The variable of the environment. */
  readonly name: string;
  /** As it was written, without its secrets; `null` when there is none. */
  readonly value: string | null;
  readonly source: "default" | "environment" | "flag";
  /** What it means. */
  readonly sentence: string;
}

/** A path is shown as it was understood, everything else as it was written. */
const paths: ReadonlySet<SettingKey> = new Set(["storage", "presets"]);

/** Every setting in the order of the table, for `pixmill config` and `GET /v1/settings`. */
export function shownSettings({ settings, origins }: LoadedSettings): readonly ShownSetting[] {
  return settingKeys.map((key) => {
    const { source, given = "" } = origins[key];
    const { env: name, sentence } = settingEntry(key);
    const text = paths.has(key) ? String(settings[key] ?? "") : given;
    return { name, value: text === "" ? null : printable(key, text), source, sentence };
  });
}
