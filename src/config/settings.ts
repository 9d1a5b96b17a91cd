import { join, resolve } from "node:path";
import { nearestName } from "../nearest-name.ts";
import { parseS3Address } from "../storage/s3-address.ts";
import { checkDeployment } from "./check-deployment.ts";
import { apiKeyVariable, urlVariable } from "./client-variables.ts";
import { ConfigError, type Problem } from "./problem.ts";
import {
  flagName,
  printable,
  type SettingKey,
  type Settings,
  settingEntry,
  settingKeys,
} from "./setting-table.ts";

export type { Settings } from "./setting-table.ts";

type SettingSource = "default" | "environment" | "flag";

/** By the table's keys, as typed: `{ maxFileSize: "10mb" }`. */
export type Flags = Readonly<Partial<Record<SettingKey, string>>>;

interface LoadOptions<Key extends SettingKey> {
  readonly env: NodeJS.ProcessEnv;
  readonly flags?: Flags;
  /** The settings that the command uses; all when not given. What it does not use cannot stop it. */
  readonly keys?: readonly Key[];
}

/** Where a setting's value came from, and its text. */
interface SettingOrigin {
  readonly source: SettingSource;
  /** `undefined`: not set, and that is a value. */
  readonly given: string | undefined;
}

export interface LoadedSettings<Key extends SettingKey = SettingKey> {
  readonly settings: Pick<Settings, Key>;
  readonly origins: Readonly<Record<Key, SettingOrigin>>;
}

/**
 * Defaults, then the environment, then flags, each over the one before. No `.env` file is read: Node's
 * `--env-file` does that for whoever wants it. Throws one `ConfigError` with everything that is wrong.
 */
export function loadSettings<Key extends SettingKey = SettingKey>(
  options: LoadOptions<Key>,
): LoadedSettings<Key> {
  const { env, flags = {} } = options;
  const problems: Problem[] = unknownVariables(env);
  const origins: Partial<Record<SettingKey, SettingOrigin>> = {};
  const values: Partial<Record<SettingKey, unknown>> = {};
  for (const key of options.keys ?? settingKeys) {
    const origin = findOrigin(key, env, flags);
    origins[key] = origin;
    if (origin.given === undefined) continue;
    const result = settingEntry(key).kind.schema.safeParse(origin.given);
    if (result.success) values[key] = result.data;
    else problems.push(describe(key, origin.given, origin.source));
  }
  problems.push(...checkDeployment(values as Partial<Settings>));
  if (problems.length > 0) {
    const title = problems.length === 1 ? "A setting is wrong:" : `${problems.length} settings are wrong:`;
    throw new ConfigError(title, problems);
  }
  // Every key of the table has been parsed by its own schema just above, or is allowed to be absent.
  return { settings: values as Settings, origins: origins as Record<Key, SettingOrigin> };
}

/** The folder on this machine that files pass through; with storage in a folder, that one. */
export function localFolder({ storage, workFolder }: Pick<Settings, "storage" | "workFolder">): string {
  return parseS3Address(storage) ? (workFolder ?? resolve("storage")) : storage;
}

/** The SQLite file of the catalog. */
export function catalogFile(settings: Pick<Settings, "databaseUrl" | "storage">): string {
  const file = settings.databaseUrl.slice("sqlite:".length).replace(/^\/\/(?=\/)/, "");
  return file === "" ? join(settings.storage, "pixmill.sqlite") : file;
}

function findOrigin(key: SettingKey, env: NodeJS.ProcessEnv, flags: Flags): SettingOrigin {
  const entry = settingEntry(key);
  const flag = flags[key];
  if (flag !== undefined) return { source: "flag", given: flag };
  // An empty variable is not set: Compose files and shells write `NAME=` for what has no value.
  const variable = env[entry.env]?.trim();
  if (variable) return { source: "environment", given: variable };
  const given = typeof entry.default === "function" ? entry.default() : (entry.default ?? undefined);
  return { source: "default", given };
}

function describe(key: SettingKey, given: string, source: SettingSource): Problem {
  const { env, kind, default: standard } = settingEntry(key);
  const name = source === "flag" ? `${flagName(key)} ` : `${env}=`;
  const remedy = standard === null ? "leave it out" : "leave it out for the default";
  return {
    given: `${name}${JSON.stringify(printable(key, given)).slice(1, -1)}`,
    sentence: `must be ${kind.allowed}. Write ${name}${kind.example}, or ${remedy}.`,
  };
}

/** Names are compared as the system compares them: `pixmill_memory` is another variable, and a mistake. */
function unknownVariables(env: NodeJS.ProcessEnv): Problem[] {
  // Nearness is judged without the prefix, which all share; so PIXMILL_PORT also finds PORT.
  const known = new Map(settingKeys.map((key) => [bare(settingEntry(key).env), settingEntry(key).env]));
  const names = new Set<string>([...known.values(), urlVariable, apiKeyVariable]);
  return Object.keys(env)
    .filter((name) => prefix.test(name) && !names.has(name))
    .map((name) => {
      const meant = known.get(nearestName(bare(name), known.keys()) ?? "");
      const hint = meant ? ` Did you mean ${meant}?` : "";
      return { given: name, sentence: `there is no such setting.${hint} Rename or remove it.` };
    });
}

const prefix = /^pixmill_/i;

function bare(name: string): string {
  return name.replace(prefix, "");
}
