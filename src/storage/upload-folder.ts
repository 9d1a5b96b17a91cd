import { randomUUID } from "node:crypto";
import { mkdir, open, readdir, readFile, rename, stat, unlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { isImageId } from "../image/image-id.ts";
import { onDisk, unlessMissing } from "./disk-fault.ts";
import { type Content, writeGathered } from "./new-file.ts";
import { tidied } from "./storage-patience.ts";
import { syncFolder } from "./sync-path.ts";
import { UploadLock } from "./upload-lock.ts";

/** What is kept of an upload beside its bytes, as JSON. */
export interface UploadRecord {
  /** Bytes of the whole file; `null` while the client has not said. */
  readonly size: number | null;
  /** As the client gave it. */
  readonly metadata: Readonly<Record<string, string | null>>;
  /** What shall become of the file, in the words of the use case that takes it in. */
  readonly wish: unknown;
}

export interface PendingUpload extends UploadRecord {
  readonly id: string;
  readonly path: string;
  /** How many bytes have come. */
  readonly bytes: number;
  /** When the last of them came. */
  readonly touchedAt: Date;
}

/**
 * Uploads that come in many requests, over hours, to any process on the folder. Each has three files: `<id>` with
 * its bytes, `<id>.json` with its record, and `<id>.lock`. Everything is done under its lock, but for looking.
 */
export class UploadFolder {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  async open(): Promise<void> {
    await onDisk(mkdir(this.path, { recursive: true }));
  }

  lockOf(id: string): UploadLock {
    const data = this.#pathOf(id);
    return new UploadLock({ data, lock: `${data}.lock`, wanted: `${data}.wanted` });
  }

  /** Waits for whoever writes the upload, then keeps all others from it until `work` has ended. */
  async exclusively<T>(id: string, work: () => Promise<T>): Promise<T> {
    const lock = this.lockOf(id);
    await lock.lock(new AbortController().signal, () => {});
    try {
      return await work();
    } finally {
      await lock.unlock();
    }
  }

  /** Whole or not at all, and durable: a kill or a power cut leaves this record or the one that was there. */
  async writeRecord(id: string, record: UploadRecord): Promise<void> {
    const path = `${this.#pathOf(id)}.json`;
    const draft = `${path}.${randomUUID()}`;
    await onDisk(writeFile(draft, JSON.stringify(record), { flush: true }));
    await onDisk(rename(draft, path));
    await onDisk(syncFolder(this.path));
  }

  async find(id: string): Promise<PendingUpload | undefined> {
    if (!isImageId(id)) return undefined;
    const path = this.#pathOf(id);
    const [facts, text] = await onDisk(
      Promise.all([unlessMissing(stat(path)), unlessMissing(readFile(`${path}.json`, "utf8"))]),
    );
    if (!facts || text === undefined) return undefined;
    const record = parseRecord(text);
    return record && { ...record, id, path, bytes: facts.size, touchedAt: facts.mtime };
  }

  /**
   * Writes what comes from `offset` on, where the file ends, and resolves to its new length. The bytes are durable
   * then: the client is told that it may forget them. What had come when the source broke is kept, and the source's
   * error thrown. What storage that hung writes later is at its place, where the client has brought it again.
   */
  async append(id: string, content: Content, offset: number): Promise<number> {
    const handle = open(this.#pathOf(id), "r+");
    const opening = onDisk(handle);
    opening.catch(() => {});
    let fault: unknown;
    try {
      await writeGathered(opening, content, { keepPart: true, position: offset });
      const file = await opening;
      const { size } = await onDisk(file.stat());
      await onDisk(file.datasync(), size);
      return size;
    } catch (error) {
      fault = error;
      throw error;
    } finally {
      await tidied(
        handle.then((file) => file.close()),
        fault,
      );
    }
  }

  /** Removes every trace of the upload. Twice is a success. */
  async remove(id: string): Promise<void> {
    const path = this.#pathOf(id);
    // The bytes first: without them nobody sees the upload, and what a kill leaves of the rest is swept.
    for (const name of [path, `${path}.json`, `${path}.lock`]) await onDisk(unlessMissing(unlink(name)));
  }

  /** Ids of uploads whose bytes are here, in no stated order. */
  async list(): Promise<string[]> {
    return ((await onDisk(unlessMissing(readdir(this.path)))) ?? []).filter(isImageId);
  }

  /**
   * Removes what belongs to no upload any more and is older than `olderThanMs`; resolves to how many files. What
   * cannot be removed is told when the rest is done.
   */
  async sweepStrays(olderThanMs: number): Promise<number> {
    const names = new Set((await onDisk(unlessMissing(readdir(this.path)))) ?? []);
    const newest = Date.now() - olderThanMs;
    const failures: unknown[] = [];
    let swept = 0;
    for (const name of names) {
      try {
        const path = join(this.path, name);
        const facts = await onDisk(unlessMissing(stat(path)));
        if (!facts || facts.mtimeMs > newest || !(await this.#isStray(name, names))) continue;
        await onDisk(unlessMissing(unlink(path)));
        swept += 1;
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return swept;
  }

  /** Of an upload whose record cannot be read the record goes first, and with the next sweep the rest. */
  async #isStray(name: string, names: ReadonlySet<string>): Promise<boolean> {
    const id = name.split(".", 1)[0] ?? "";
    if (name === id) return !names.has(`${id}.json`);
    if (!isImageId(id) || !names.has(id) || /\.json\../.test(name)) return true;
    if (name !== `${id}.json`) return false;
    const text = await onDisk(unlessMissing(readFile(join(this.path, name), "utf8")));
    return text !== undefined && !parseRecord(text);
  }

  #pathOf(id: string): string {
    if (!isImageId(id)) throw new TypeError("Not the id of an upload.");
    return join(this.path, id);
  }
}

/** `undefined`: no whole record; a disk that lost power can give back less than was written. */
function parseRecord(text: string): UploadRecord | undefined {
  try {
    return JSON.parse(text) as UploadRecord; // nobody but `writeRecord` writes here
  } catch {
    return undefined;
  }
}
