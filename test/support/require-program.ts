import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Where a program is, or `undefined`. */
function findProgram(name: string): string | undefined {
  return (process.env.PATH ?? "")
    .split(delimiter)
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
export function requireProgram(name: string): boolean {
  if (findProgram(name)) return true;
  const sentence = `${name} is not installed: the tests that need it cannot run.`;
  if (process.env.CI === "true") throw new Error(sentence);
  console.warn(`\nSKIPPED: ${sentence}\n`);
  return false;
}
