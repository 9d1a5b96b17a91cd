import { existsSync } from "node:fs";
import { unlink, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { PixmillError } from "../errors.ts";
import { onDisk, unlessMissing } from "./disk-fault.ts";
import { FileLock } from "./file-lock.ts";
import { lastWordMs, StorageSilence, whilePatient } from "./storage-patience.ts";

const tryEveryMs = 25;
const askEveryMs = 250;
/** More than a holder that is asked takes to end. */
const waitMs = 15_000;

export interface UploadLockPaths {
  /** What the lock guards. Where there is no such file nothing is locked: its id is known to nobody, or over. */
  readonly data: string;
  readonly lock: string;
  /** A file that is there while somebody waits, so that the holder's process hears of it. */
  readonly wanted: string;
}

/** Holders of this process, by path, and how each is asked to end. */
const holders = new Map<string, () => void | Promise<void>>();

/**
 * One request at a time on an upload, in all processes on the folder. Who waits asks the holder to end: a client
 * that lost its connection comes back while its first request still listens to the dead one.
 */
export class UploadLock {
  readonly #paths: UploadLockPaths;
  #file: FileLock | undefined;
  #watch: NodeJS.Timeout | undefined;

  constructor(paths: UploadLockPaths) {
    this.#paths = paths;
  }

  /** Rejects with `upload_locked` when the holder does not end in time. `onWanted` may be called many times. */
  async lock(signal: AbortSignal, onWanted: () => void | Promise<void>): Promise<void> {
    const { data, lock } = this.#paths;
    const deadline = performance.now() + waitMs;
    let askedAt = Number.NEGATIVE_INFINITY;
    while (existsSync(data)) {
      signal.throwIfAborted();
      this.#file = tryAcquire(lock);
      if (this.#file) {
        this.#hold(onWanted);
        return;
      }
      const now = performance.now();
      if (now > deadline) throw new PixmillError("upload_locked");
      if (now > askedAt + askEveryMs) {
        askedAt = now;
        await this.#ask();
      }
      await sleep(tryEveryMs);
    }
  }

  /** What was not locked may be unlocked. */
  async unlock(): Promise<void> {
    if (!this.#file) return;
    clearInterval(this.#watch);
    holders.delete(this.#paths.lock);
    try {
      await onDisk(whilePatient(unlessMissing(unlink(this.#paths.wanted)), lastWordMs));
    } catch (error) {
      // What was done under the lock is done; of a wish that stays the next holder is asked once for nothing.
      if (!(error instanceof StorageSilence)) throw error;
    } finally {
      this.#file.release();
      this.#file = undefined;
    }
  }

  #hold(onWanted: () => void | Promise<void>): void {
    const { lock, wanted } = this.#paths;
    holders.set(lock, onWanted);
    this.#watch = setInterval(() => {
      if (existsSync(wanted)) void onWanted();
    }, askEveryMs).unref();
  }

  async #ask(): Promise<void> {
    const { lock, wanted } = this.#paths;
    const ask = holders.get(lock);
    if (ask) await ask();
    else await onDisk(writeFile(wanted, ""));
  }
}

/** The lock is SQLite's, and so are the errors of a disk that is full, read-only or out of files. */
function tryAcquire(path: string): FileLock | undefined {
  try {
    return FileLock.tryAcquire(path);
  } catch (error) {
    throw new PixmillError(isFull(error) ? "storage_full" : "storage_error", { cause: error });
  }
}

/** SQLITE_FULL (https://sqlite.org/rescode.html). */
function isFull(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 13;
}
