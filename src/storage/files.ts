import { open, unlink } from "node:fs/promises";
import { onDisk, opened, unlessMissing } from "./disk-fault.ts";
import { contentOf } from "./file-stream.ts";
import { writeNewFile } from "./new-file.ts";
import type { BoundedStorage, FileStorage, Room, Storage } from "./storage.ts";

/**
 * A read-only file at `path` (which must be free) with the object's content, whole or not at all; a link where
 * the driver has files, else a download. `false`: no such object.
 */
export async function materialise(storage: Storage, key: string, path: string): Promise<boolean> {
  if (hasFiles(storage)) return await storage.materialise(key, path);
  const content = await storage.get(key);
  if (!content) return false;
  await writeNewFile(path, content);
  return true;
}

/**
 * The file at `path` becomes the object, durably; the path is gone afterwards. A failure leaves the file.
 * `synced`: its content is durable already, and the file read-only.
 */
export async function adopt(
  storage: Storage,
  path: string,
  key: string,
  options: { readonly synced?: boolean } = {},
): Promise<void> {
  if (hasFiles(storage)) return await storage.adopt(path, key, options);
  const content = await contentOf(await opened(open(path, "r")));
  try {
    await storage.put(key, content);
  } finally {
    content.destroy();
  }
  await onDisk(unlessMissing(unlink(path)));
}

/** `undefined` where storage has no end. Rejects with `storage_error` when it does not answer. */
export async function roomOf(storage: Storage): Promise<Room | undefined> {
  return isBounded(storage) ? await storage.room() : undefined;
}

function isBounded(storage: Storage): storage is BoundedStorage {
  return "room" in storage;
}

function hasFiles(storage: Storage): storage is FileStorage {
  return "materialise" in storage && "adopt" in storage;
}
