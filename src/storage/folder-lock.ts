import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * One process at a time on a storage folder (the embedded deployment resets what a dead process left, which would
 * ruin the work of a living one).
 *
 * Node has no file lock of its own, but SQLite holds one for as long as its transaction is open: the kernel frees
 * it when the process ends, however it ends, so that no stale lock file ever has to be judged.
 */
export class FolderLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /** Throws a plain `Error` for the operator when a process, this one included, has the lock already. */
  static acquire(root: string): FolderLock {
    mkdirSync(root, { recursive: true });
    const database = new DatabaseSync(join(root, ".lock"), { timeout: 0 });
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
      return new FolderLock(database);
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
      throw new Error(`Another Pixmill process is using the storage folder ${root}.`, { cause: error });
    }
  }

  /** May be called twice. */
  release(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** SQLITE_BUSY is 5; the extended codes keep it in their lowest byte (https://sqlite.org/rescode.html). */
function isBusy(error: unknown): boolean {
  return (
    error instanceof Error &&
    "errcode" in error &&
    typeof error.errcode === "number" &&
    (error.errcode & 0xff) === 5
  );
}
