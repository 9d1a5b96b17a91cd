import { statfs } from "node:fs/promises";
import { onDisk } from "./disk-fault.ts";
import type { Room } from "./storage.ts";

/** What this user may still take of the disk that the folder lies on. */
export async function diskRoom(folder: string): Promise<Room> {
  const { bavail, blocks, bsize, files, ffree } = await onDisk(statfs(folder));
  return { free: bavail * bsize, total: blocks * bsize, totalFiles: files, freeFiles: ffree };
}
