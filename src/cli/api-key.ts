import { readFile } from "node:fs/promises";
import { UsageError } from "./failure.ts";

/**
 * The key that `env:NAME` or `file:PATH` leads to. A key itself is refused, and not repeated: every user of a
 * machine can read the arguments of a process.
 */
export async function apiKeyFrom(source: string): Promise<string> {
  const [, kind, place = ""] = /^(env|file):(.+)$/s.exec(source) ?? [];
  if (kind === undefined) {
    throw new UsageError("--api-key says where the key is, env:NAME or file:PATH, and is not the key itself");
  }
  const found = kind === "env" ? process.env[place] : await readFile(place, "utf8").catch(() => undefined);
  const key = found?.trim();
  if (!key) throw new UsageError(`--api-key ${source}: there is no key`);
  if (!/^[\x21-\x7e]+$/.test(key)) throw new UsageError(`--api-key ${source}: this is not one line of a key`);
  return key;
}
