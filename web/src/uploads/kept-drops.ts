import type { Wish } from "../wish/wish.ts";
import type { Drop } from "./drop.ts";
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
const lockName = (id: string) => `pixmill-drop-${id}`;
const releases = new Map<string, () => void>();

export function keepDrop(drop: Drop, uploads: readonly Upload[]): void {
  hold(drop.id);
  void attempt(async (database) => {
    await write(database, "drops", (store) => store.put(recordOf(drop)));
    await writeFiles(database, uploads);
  });
}

/** Its batch was opened. */
export function keepBatch(drop: Drop): void {
  void attempt((database) => write(database, "drops", (store) => store.put(recordOf(drop))));
}

let over: Upload[] = [];

/** Nothing more is to be done for it. Those of one moment are written together. */
export function keepSettled(upload: Upload): void {
  over.push(upload);
  if (over.length > 1) return;
  setTimeout(() => {
    const kept = over.filter(({ drop }) => releases.has(drop.id));
    over = [];
    if (kept.length > 0) void attempt((database) => writeFiles(database, kept));
  });
}

export function forgetDrop(id: string): void {
  releases.get(id)?.();
  releases.delete(id);
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
    const held = new Set((await navigator.locks?.query())?.held?.map(({ name }) => name));
    return drops
      .filter(({ id }) => !held.has(lockName(id)))
      .map((drop) => ({
        ...drop,
        files: new Map(files.filter((file) => file.drop === drop.id).map(({ key, isOver }) => [key, isOver])),
      }));
  });
  return found ?? [];
}

/** Tells other tabs that this one is busy with it. Insecure origins have no locks; there they are not told. */
function hold(id: string): void {
  if (releases.has(id)) return;
  const over = new Promise<void>((resolve) => releases.set(id, resolve));
  navigator.locks?.request(lockName(id), () => over).catch(() => {});
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

async function writeFiles(database: IDBDatabase, uploads: readonly Upload[]): Promise<void> {
  for (let at = 0; at < uploads.length; at += chunk) {
    const some = uploads.slice(at, at + chunk).filter(({ drop }) => releases.has(drop.id));
    await write(database, "files", (store) => {
      for (const upload of some) store.put(fileOf(upload));
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
