import { link, lstat, rename, unlink } from "node:fs/promises";
import { basename } from "node:path";
import { errnoOf } from "../storage/disk-fault.ts";

/** The result cannot have its name: `exists`, and `--force` was not given, or `is_source`, whatever was given. */
export class NameRefused extends Error {
  override readonly name = "NameRefused";
  readonly code: "exists" | "is_source";

  constructor(code: "exists" | "is_source", path: string) {
    const why = {
      exists: "exists already; --force replaces it",
      is_source: "is one of the pictures themselves; choose another folder with --out",
    };
    super(`${basename(path)} ${why[code]}`);
    this.code = code;
  }
}

export async function exists(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/**
 * Gives a whole file its final name, on the same file system, in one step: nobody sees a part of it, and without
 * `replace` nobody's file is lost, also when it came just now.
 */
export async function moveWhole(from: string, to: string, replace: boolean): Promise<void> {
  if (replace) return rename(from, to);
  try {
    await link(from, to);
  } catch (error) {
    if (errnoOf(error) === "EEXIST" || (await exists(to))) throw new NameRefused("exists", to);
    // A file system without links: the moment between the look and the rename is all that is lost.
    return rename(from, to);
  }
  await unlink(from);
}
