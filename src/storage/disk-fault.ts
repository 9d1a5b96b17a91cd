import type { FileHandle } from "node:fs/promises";
import { PixmillError } from "../errors.ts";
import { StorageSilence, storagePatienceMs, whilePatient } from "./storage-patience.ts";

const noRoom = new Set(["ENOSPC", "EDQUOT"]);

/**
 * An error of a file system call as one of our table: `storage_full` or `storage_error`. The native error, which
 * names the path, is kept as the cause for the log. What is no such error (a bug) comes back as it is.
 */
export function diskFault(error: unknown): unknown {
  const code = errnoOf(error);
  if (code === undefined) return error;
  return new PixmillError(noRoom.has(code) ? "storage_full" : "storage_error", { cause: error });
}

/** `ENOENT`, `ENOSPC` …; `undefined` for what no system call has thrown. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("syscall" in error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Waits for file system work, however long it takes, and throws its failure as `diskFault` says. */
export async function faultsOf<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFault(error);
  }
}

/** As `faultsOf`, for a step that moves so many bytes, and must end in its time: see `whilePatient`. */
export async function onDisk<T>(step: Promise<T>, bytes = 0): Promise<T> {
  return await faultsOf(whilePatient(step, storagePatienceMs(bytes)));
}

/** As `onDisk`. A file that opens when nobody waits for it any more is closed. */
export async function opened<T extends FileHandle | undefined>(opening: Promise<T>): Promise<T> {
  try {
    return await onDisk(opening);
  } catch (error) {
    if (error instanceof StorageSilence) opening.then((file) => file?.close()).catch(() => {});
    throw error;
  }
}

/** `undefined` when the file or folder is not there; other failures are thrown as they are. */
export async function unlessMissing<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw error;
  }
}
