import { randomUUID } from "node:crypto";
import { type FileHandle, mkdir, open, opendir, rename, rmdir, stat, unlink } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { PixmillError } from "../errors.ts";
import { diskFault, errnoOf, faultsOf, onDisk, opened, unlessMissing } from "./disk-fault.ts";
import { diskRoom } from "./disk-room.ts";
import { DurableFolders } from "./durable-folders.ts";
import { contentOf } from "./file-stream.ts";
import { linkOrCopy } from "./link-or-copy.ts";
import { writeNewFile } from "./new-file.ts";
import { assertKey, assertPrefix, isKey } from "./object-key.ts";
import type { BoundedStorage, ByteRange, FileStorage, Room, StoredObject } from "./storage.ts";
import { syncFile, syncFolder } from "./sync-path.ts";
import { stagingFolderOf } from "./work-folder.ts";

const topFolders = ["uploads", "processed"];

/** Objects as files below one folder, under their keys: a person can browse them. */
export class LocalStorage implements FileStorage, BoundedStorage {
  readonly #root: string;
  readonly #folders: DurableFolders;

  constructor(options: { readonly root: string }) {
    this.#root = resolve(options.root);
    this.#folders = new DurableFolders(this.#root);
  }

  /** Makes what is missing of the folder and its three parts: `uploads`, `processed`, `.work`. */
  static async open(root: string): Promise<LocalStorage> {
    const storage = new LocalStorage({ root });
    await onDisk(storage.#makeFolders());
    return storage;
  }

  async put(key: string, content: Readable | Uint8Array): Promise<void> {
    assertKey(key);
    const path = join(stagingFolderOf(this.#root), `${randomUUID()}.part`);
    await writeNewFile(path, content instanceof Uint8Array ? [content] : content, { onEnd: syncWhole });
    try {
      await faultsOf(this.#place(path, key));
    } catch (error) {
      await unlink(path).catch(() => {});
      throw error;
    }
  }

  /** A range is cut at the object's end; one that begins behind it is `range_not_satisfiable`. */
  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    assertKey(key);
    const file = await opened(unlessMissing(open(this.#pathOf(key), "r")));
    return file && (await contentOf(file, range));
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    assertKey(key);
    return await this.#look(key);
  }

  /** Takes the folders that became empty along. It syncs nothing: what comes back after a power cut is swept. */
  async delete(key: string): Promise<void> {
    assertKey(key);
    await onDisk(unlessMissing(unlink(this.#pathOf(key))));
    for (let folder = dirname(key); !topFolders.includes(folder); folder = dirname(folder)) {
      this.#folders.forget(folder);
      try {
        await onDisk(rmdir(this.#pathOf(folder)));
      } catch {
        // Not empty, or gone already.
        return;
      }
    }
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    assertPrefix(prefix);
    const folder = prefix.slice(0, prefix.lastIndexOf("/") + 1);
    try {
      for await (const key of this.#keysIn(folder, prefix)) {
        const object = await this.#look(key);
        if (object) yield object;
      }
    } catch (error) {
      throw diskFault(error);
    }
  }

  async materialise(key: string, path: string): Promise<boolean> {
    assertKey(key);
    try {
      await linkOrCopy(this.#pathOf(key), path);
      return true;
    } catch (error) {
      // The work folder may be what is missing: that is a failure.
      if (errnoOf(error) === "ENOENT" && !(await this.#look(key))) return false;
      throw diskFault(error);
    }
  }

  async adopt(path: string, key: string, options: { readonly synced?: boolean } = {}): Promise<void> {
    assertKey(key);
    if (!options.synced) await faultsOf(Promise.all([syncFile(path), this.#folders.make(dirname(key))]));
    await faultsOf(this.#place(path, key));
  }

  async room(): Promise<Room> {
    return await diskRoom(this.#root);
  }

  async close(): Promise<void> {}

  #pathOf(key: string): string {
    return join(this.#root, key);
  }

  async #makeFolders(): Promise<void> {
    const first = await mkdir(stagingFolderOf(this.#root), { recursive: true });
    if (first) {
      for (let path = this.#root; path.length >= dirname(first).length; path = dirname(path)) {
        await syncFolder(path);
        if (path === dirname(path)) break;
      }
    }
    for (const folder of topFolders) await this.#folders.make(folder);
  }

  /** The synced file at `path` takes its final name. A folder that was just removed as empty is made again. */
  async #place(path: string, key: string): Promise<void> {
    const folder = dirname(key);
    for (let tries = 1; ; tries += 1) {
      try {
        await this.#folders.make(folder);
        await rename(path, this.#pathOf(key));
        break;
      } catch (error) {
        if (errnoOf(error) !== "ENOENT" || tries === 3) throw error;
        for (let gone = folder; gone !== "."; gone = dirname(gone)) this.#folders.forget(gone);
      }
    }
    await this.#folders.sync(folder);
  }

  async #look(key: string): Promise<StoredObject | undefined> {
    const facts = await onDisk(unlessMissing(stat(this.#pathOf(key))));
    return facts && { key, size: facts.size, modifiedAt: facts.mtime };
  }

  /** Keys below `folder` (`""` or ending in `/`); files that are none, such as a desktop's, are passed over. */
  async *#keysIn(folder: string, prefix: string): AsyncIterable<string> {
    const entries = await unlessMissing(opendir(this.#pathOf(folder), { bufferSize: 256 }));
    if (!entries) return;
    for await (const entry of entries) {
      const name = `${folder}${entry.name}`;
      if (entry.isDirectory()) {
        const inside = `${name}/`;
        if (!name.startsWith(".") && (inside.startsWith(prefix) || prefix.startsWith(inside))) {
          yield* this.#keysIn(inside, prefix);
        }
      } else if (name.startsWith(prefix) && isKey(name)) yield name;
    }
  }
}

/** A disk may take a write and lose it later: the file's own word counts, after the sync. */
async function syncWhole(file: FileHandle, bytes: number): Promise<void> {
  await onDisk(file.sync());
  if ((await onDisk(file.stat())).size === bytes) return;
  throw new PixmillError("storage_error", {
    cause: new Error("The file is not as long as what was written."),
  });
}
