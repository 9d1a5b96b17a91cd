import { DatabaseSync } from "node:sqlite";

/**
 * A lock that processes hold by a file.
 *
 * Node has no file lock of its own, but SQLite holds one for as long as its transaction is open: the kernel frees
 * it when the process ends, however it ends, so that no stale lock file ever has to be judged.
 */
export class FileLock {
  readonly #database: DatabaseSync;

  private constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * Makes the file where there is none; its folder must exist. `undefined` when a process, this one included, has
   * the lock already.
   */
  static tryAcquire(path: string): FileLock | undefined {
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      // Nothing is ever written: no journal is wanted.
      database.exec("PRAGMA journal_mode = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
      return new FileLock(database);
    } catch (error) {
      database.close();
      if (!isBusy(error)) throw error;
      return undefined;
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
