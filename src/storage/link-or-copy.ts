import { constants } from "node:fs";
import { chmod, copyFile, link, unlink } from "node:fs/promises";
import { errnoOf } from "./disk-fault.ts";

/** Another disk; a file system, owner or kernel that allows no link; too many of them. */
const noLink = new Set(["EXDEV", "EPERM", "EMLINK", "ENOTSUP"]);

/** A read-only file at `path` with what `source` holds, whole or not at all. Throws the native error. */
export async function linkOrCopy(source: string, path: string): Promise<void> {
  try {
    await link(source, path);
  } catch (error) {
    if (!noLink.has(errnoOf(error) ?? "")) throw error;
    await copy(source, path);
  }
}

async function copy(source: string, path: string): Promise<void> {
  try {
    await copyFile(source, path, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE);
    await chmod(path, 0o444);
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") await unlink(path).catch(() => {});
    throw error;
  }
}
