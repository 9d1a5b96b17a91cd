import { createHash, randomUUID } from "node:crypto";
import { open, unlink } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { PixmillError } from "../errors.ts";
import { mimeOfFile } from "../image/format.ts";
import type { Logger } from "../logger.ts";
import { warnRarely } from "../throttled-warning.ts";
import { onDisk, opened, unlessMissing } from "./disk-fault.ts";
import { diskRoom } from "./disk-room.ts";
import { contentOf } from "./file-stream.ts";
import { writeNewFile } from "./new-file.ts";
import { assertKey, assertPrefix, isKey } from "./object-key.ts";
import type { S3Address } from "./s3-address.ts";
import { S3Changed, statusOf } from "./s3-fault.ts";
import { S3Objects, type S3Source } from "./s3-objects.ts";
import { pauseAfter, type S3Patience, usualPatience } from "./s3-patience.ts";
import { readWhole } from "./s3-reading.ts";
import type { BoundedStorage, ByteRange, FileStorage, Room, StoredObject } from "./storage.ts";

/** Whose objects these are. No key, so that it is never listed. */
const ownerName = ".catalog-id";

interface S3StorageOptions {
  readonly address: S3Address;
  /** On this machine: where files lie that are not whole yet. */
  readonly stagingFolder: string;
  readonly logger: Logger;
  /** What is not given is as usual. */
  readonly patience?: Partial<S3Patience>;
}

/**
 * Objects in S3, or in a store that speaks as S3 does. Each is one request with its length and its SHA-256: S3 keeps
 * it whole or not at all, and no part of one is ever left to be swept. What fails and may pass is tried again, what
 * breaks off is gone on with, and what comes back whole is compared with its hash.
 */
export class S3Storage implements FileStorage, BoundedStorage {
  readonly #objects: S3Objects;
  readonly #stagingFolder: string;
  readonly #patience: S3Patience;
  readonly #onRetry: (error: unknown) => void;

  constructor({ address, stagingFolder, logger, patience }: S3StorageOptions) {
    this.#stagingFolder = stagingFolder;
    this.#patience = { ...usualPatience, ...patience };
    this.#onRetry = (error) => warnRarely(logger, "a request to S3 failed and is made again", error);
    this.#objects = new S3Objects({ address, patience: this.#patience, onRetry: this.#onRetry });
  }

  /** The id of the catalog whose objects these are: `catalogId`, unless another one was here first. */
  async owner(catalogId: string): Promise<string> {
    const known = await this.#readOwner();
    if (known !== undefined) return known;
    try {
      await this.#putBytes(ownerName, Buffer.from(`${catalogId}\n`), { onlyNew: true });
    } catch (error) {
      // Of two that come first at once one is told so.
      if (!(error instanceof PixmillError) || ![409, 412].includes(statusOf(error.cause) ?? 0)) throw error;
    }
    return (await this.#readOwner()) ?? catalogId;
  }

  async put(key: string, content: Readable | Uint8Array): Promise<void> {
    assertKey(key);
    if (content instanceof Uint8Array) return await this.#putBytes(key, content);
    // Only a file has a length, and can be sent again.
    const path = join(this.#stagingFolder, `${randomUUID()}.part`);
    await writeNewFile(path, content);
    try {
      await this.adopt(path, key);
    } catch (error) {
      await unlink(path).catch(() => {});
      throw error;
    }
  }

  /** A range is cut at the object's end; one that begins behind it is `range_not_satisfiable`. */
  async get(key: string, range?: ByteRange): Promise<Readable | undefined> {
    assertKey(key);
    return await this.#read(key, range);
  }

  async stat(key: string): Promise<StoredObject | undefined> {
    assertKey(key);
    const facts = await this.#objects.head(key);
    return facts && { key, size: facts.bytes, modifiedAt: facts.modifiedAt };
  }

  async delete(key: string): Promise<void> {
    assertKey(key);
    await this.#objects.delete(key);
  }

  async *list(prefix: string): AsyncIterable<StoredObject> {
    assertPrefix(prefix);
    for await (const { name, bytes, modifiedAt } of this.#objects.list(prefix)) {
      if (isKey(name)) yield { key: name, size: bytes, modifiedAt };
    }
  }

  async materialise(key: string, path: string): Promise<boolean> {
    assertKey(key);
    for (let made = 1; ; made += 1) {
      const content = await this.#read(key);
      if (!content) return false;
      try {
        await writeNewFile(path, content);
        return true;
      } catch (error) {
        // Changed on the way, it may come as it was stored the next time. All else was tried again already.
        const wasChanged = error instanceof PixmillError && error.cause instanceof S3Changed;
        if (!wasChanged || made >= this.#patience.tries) throw error;
        this.#onRetry(error);
        await pauseAfter(made, this.#patience);
      }
    }
  }

  async adopt(path: string, key: string): Promise<void> {
    assertKey(key);
    const openFile = async () => await contentOf(await opened(open(path)));
    const hash = createHash("sha256");
    let bytes = 0;
    for await (const piece of await openFile()) {
      hash.update(piece);
      bytes += piece.length;
    }
    await this.#objects.put(key, {
      bytes,
      sha256: hash.digest("hex"),
      mime: mimeOfFile(key),
      open: openFile,
    });
    await onDisk(unlessMissing(unlink(path)));
  }

  /** Of the disk that uploads and work pass through: S3 itself has no end. */
  async room(): Promise<Room> {
    return await diskRoom(this.#stagingFolder);
  }

  async close(): Promise<void> {
    this.#objects.close();
  }

  /** As a folder's owner is written, with a line's end, so that either can be copied to the other. */
  async #readOwner(): Promise<string | undefined> {
    const found = await this.#read(ownerName);
    return found && (await text(found)).trim();
  }

  async #putBytes(name: string, content: Uint8Array, options: Pick<S3Source, "onlyNew"> = {}): Promise<void> {
    await this.#objects.put(name, {
      ...options,
      bytes: content.byteLength,
      sha256: createHash("sha256").update(content).digest("hex"),
      mime: mimeOfFile(name),
      open: async () => Readable.from([content], { objectMode: false }),
    });
  }

  async #read(name: string, range?: ByteRange): Promise<Readable | undefined> {
    const first = await this.#objects.open(name, range);
    if (!first) return undefined;
    const goOn = async (rest: ByteRange) => {
      const answer = await this.#objects.open(name, rest, first.etag);
      if (answer) return answer;
      throw new PixmillError("storage_error", { cause: new Error("It was deleted while it was read.") });
    };
    const reading = { patience: this.#patience, goOn, onRetry: this.#onRetry };
    const content = Readable.from(readWhole(first, reading), { objectMode: false });
    // Of a reader who goes before the first piece the generator never hears.
    return content.once("close", () => first.body.destroy());
  }
}
