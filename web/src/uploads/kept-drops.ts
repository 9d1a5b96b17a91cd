import type { Wish } from "../wish/wish.ts";
import type { Drop } from "./drop.ts";
import { heldDrops, hold, isHeldHere, release } from "./held-drops.ts";
import { isPending, type Upload } from "./upload.ts";

/*
 * What this browser remembers of files that are being sent, in case that the page is closed meanwhile. The files
 * themselves it cannot keep. Where it keeps nothing, nothing goes on after a reload, and nothing else is lost.
 */

interface KeptFile {
  readonly drop: string;
  readonly key: string;
  readonly isOver: boolean;
}

interface DropRecord {
  readonly id: string;
  readonly wish: Wish;
  readonly isBatch: boolean;
  readonly batchId: string | null;
}

/** A drop that was not sent to its end: the keys of its files, and whether each is over. */
export interface KeptDrop extends DropRecord {
  readonly files: ReadonlyMap<string, boolean>;
}

/** Files written at once; more would be felt. */
const chunk = 250;

export function keepDrop(drop: Drop, uploads: readonly Upload[]): void {
  hold(drop.id);
  void attempt(async (database) => {
    await write(database, "drops", (store) => store.put(recordOf(drop)));
    await writeFiles(database, uploads.map(fileOf));
  });
}

/** Its batch was opened. */
export function keepBatch(drop: Drop): void {
  void attempt((database) => write(database, "drops", (store) => store.put(recordOf(drop))));
}

let over: KeptFile[] = [];

/** Nothing more is to be done for it. Those of one moment are written together. */
export function keepSettled(upload: Upload): void {
  keepOver(upload.drop.id, [upload.key]);
}

/** Nothing more is to be done for the files of a drop that have these keys. */
export function keepOver(drop: string, keys: readonly string[]): void {
  if (over.length === 0) setTimeout(writeOver);
  for (const key of keys) over.push({ drop, key, isOver: true });
}

function writeOver(): void {
  const files = over;
  over = [];
  void attempt((database) => writeFiles(database, files));
}

export function forgetDrop(id: string): void {
  release(id);
  void attempt(async (database) => {
    await write(database, "files", (store) => store.delete(IDBKeyRange.bound([id], [id, []])));
    await write(database, "drops", (store) => store.delete(id));
  });
}

/** Drops that no open tab of this browser is busy with. */
export async function findKeptDrops(): Promise<readonly KeptDrop[]> {
  const found = await attempt(async (database) => {
    const drops = await readAll<DropRecord>(database, "drops");
    const files = drops.length > 0 ? await readAll<KeptFile>(database, "files") : [];
    const held = drops.length > 0 ? await heldDrops() : new Set();
    return drops
      .filter(({ id }) => !held.has(id))
      .map((drop) => ({
        ...drop,
        files: new Map(files.filter((file) => file.drop === drop.id).map(({ key, isOver }) => [key, isOver])),
      }));
  });
  return found ?? [];
}

function recordOf({ id, wish, isBatch, batchId }: Drop): DropRecord {
  return { id, wish, isBatch, batchId };
}

function fileOf(upload: Upload): KeptFile {
  return { drop: upload.drop.id, key: upload.key, isOver: !isPending(upload) && upload.state !== "lost" };
}

let opened: Promise<IDBDatabase> | undefined;

async function attempt<T>(action: (database: IDBDatabase) => Promise<T>): Promise<T | undefined> {
  try {
    opened ??= openDatabase();
    return await action(await opened);
  } catch {
    return undefined;
  }
}

async function openDatabase(): Promise<IDBDatabase> {
  const request = indexedDB.open("pixmill-uploads", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("drops", { keyPath: "id" });
    request.result.createObjectStore("files", { keyPath: ["drop", "key"] });
  };
  return await settled(request);
}

/** Nothing of a drop that was forgotten meanwhile. */
async function writeFiles(database: IDBDatabase, files: readonly KeptFile[]): Promise<void> {
  for (let at = 0; at < files.length; at += chunk) {
    const some = files.slice(at, at + chunk).filter(({ drop }) => isHeldHere(drop));
    if (some.length === 0) continue;
    await write(database, "files", (store) => {
      for (const file of some) store.put(file);
    });
  }
}

async function write(
  database: IDBDatabase,
  name: "drops" | "files",
  action: (store: IDBObjectStore) => void,
): Promise<void> {
  const transaction = database.transaction(name, "readwrite");
  action(transaction.objectStore(name));
  await new Promise<void>((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

function readAll<T>(database: IDBDatabase, name: "drops" | "files"): Promise<T[]> {
  return settled(database.transaction(name).objectStore(name).getAll());
}

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
