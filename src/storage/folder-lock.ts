import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { FileLock } from "./file-lock.ts";

/**
 * One process at a time on a storage folder (the embedded deployment resets what a dead process left, which would
 * ruin the work of a living one).
 */
export class FolderLock {
  readonly #lock: FileLock;

  private constructor(lock: FileLock) {
    this.#lock = lock;
  }

  /** Throws a plain `Error` for the operator when a process, this one included, has the lock already. */
  static acquire(root: string): FolderLock {
    mkdirSync(root, { recursive: true });
    const lock = FileLock.tryAcquire(join(root, ".lock"));
    if (lock) return new FolderLock(lock);
    throw new Error(`Another Pixmill process is using the storage folder ${root}.`);
  }

  /** May be called twice. */
  release(): void {
    this.#lock.release();
  }
}
