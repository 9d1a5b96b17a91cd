import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join, relative } from "node:path";

/**
 * Paths of the files below a folder, relative to it. The service may remove folders while they are read, for which
 * Node's `readdir` fails: then all is read again, so that nothing that is there is left out.
 */
export async function filesBelow(folder: string): Promise<string[]> {
  return (await below(folder))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)));
}

/** As `filesBelow`, with the folders, sorted. */
export async function pathsBelow(folder: string): Promise<string[]> {
  return (await below(folder))
    .map(({ parentPath, name }) => relative(folder, join(parentPath, name)))
    .toSorted();
}

async function below(folder: string) {
  for (;;) {
    try {
      return await readdir(folder, { recursive: true, withFileTypes: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      if (!existsSync(folder)) return [];
    }
  }
}
