import type { Readable } from "node:stream";

export interface StoredObject {
  readonly key: string;
  /** Bytes. */
  readonly size: number;
  readonly modifiedAt: Date;
}

/** Bytes from `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/**
 * Where originals and variants lie. Keys come from `object-key.ts` and from nowhere else.
 *
 * A key holds a whole object or nothing, at any moment, whatever is killed (invariant 3). Failures are
 * `storage_full` or `storage_error`; a missing object is `undefined`, never an exception. Who puts or adopts waits as
 * long as that takes, and judges himself when it takes too long: only he knows what is to be undone.
 */
export interface Storage {
  /** Resolves when the object is durable under its final key. Replaces what was there. */
  put(key: string, content: Readable | Uint8Array): Promise<void>;
  get(key: string, range?: ByteRange): Promise<Readable | undefined>;
  stat(key: string): Promise<StoredObject | undefined>;
  /** Deleting what is not there is a success. */
  delete(key: string): Promise<void>;
  /** Every object whose key begins with `prefix`, in no stated order. */
  list(prefix: string): AsyncIterable<StoredObject>;
  close(): Promise<void>;
}

/**
 * What a driver can do besides when its objects are files on this machine: no byte is copied.
 * `files.ts` gives the same two verbs for every driver.
 */
export interface FileStorage extends Storage {
  /** A read-only file at `path` with the object's content: a hard link where possible. `false`: no such object. */
  materialise(key: string, path: string): Promise<boolean>;
  /**
   * The file at `path` becomes the object, durably; the path is gone afterwards. `synced`: its content is durable
   * already, and the file read-only.
   */
  adopt(path: string, key: string, options?: { readonly synced?: boolean }): Promise<void>;
}

/** How much a disk holds and has left, in bytes and in files. */
export interface Room {
  readonly free: number;
  readonly total: number;
  /** 0 where the file system makes as many as it needs. */
  readonly totalFiles: number;
  readonly freeFiles: number;
}

/** What a driver can tell besides when its room has an end. */
export interface BoundedStorage extends Storage {
  room(): Promise<Room>;
}
