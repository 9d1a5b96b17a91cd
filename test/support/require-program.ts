import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, or `undefined`: in the PATH, then in `folders`, for what is installed outside of it. */
export function findProgram(name: string, folders: readonly string[] = []): string | undefined {
  return [...(process.env.PATH ?? "").split(delimiter), ...folders]
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/**
 * For suites that need a real server: whether its program is installed, as in `describe.runIf(requireProgram(…))`.
 * What cannot run says so loudly, and under `CI=true` it is a failure, not a skip.
 */
export function requireProgram(name: string, folders?: readonly string[]): boolean {
  if (findProgram(name, folders)) return true;
  const sentence = `${name} is not installed: the tests that need it cannot run.`;
  if (process.env.CI === "true") throw new Error(sentence);
  console.warn(`\nSKIPPED: ${sentence}\n`);
  return false;
}
