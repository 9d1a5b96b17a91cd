import { PixmillError } from "../errors.ts";

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

/** Waits for file system work and throws its failure as `diskFault` says. */
export async function onDisk<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw diskFault(error);
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
