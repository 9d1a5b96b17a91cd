import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FileLock } from "./file-lock.ts";

/**
 * One process at a time on a storage folder, which is made where there is none (the embedded deployment resets what
 * a dead process left, which would ruin the work of a living one). Throws a plain `Error` for the operator when a
 * process, this one included, has the lock already.
 */
export function lockFolder(root: string): FileLock {
  mkdirSync(root, { recursive: true });
  const lock = FileLock.tryAcquire(join(root, ".lock"));
  if (lock) return lock;
  throw new Error(`Another Pixmill process is using the storage folder ${root}.`);
}

/** The same for a file, by another one beside it. */
export function lockFile(path: string): FileLock {
  const lock = FileLock.tryAcquire(`${path}.lock`);
  if (lock) return lock;
  throw new Error(`Another Pixmill process is using ${path}.`);
}
