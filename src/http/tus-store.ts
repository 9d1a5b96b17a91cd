import type { Readable } from "node:stream";
import { FileStore } from "@tus/file-store";
import { Upload } from "@tus/server";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { UploadWish } from "../resize/finish-upload.ts";
import { uploadIdleMs } from "../resize/sweep-uploads.ts";
import { onDisk } from "../storage/disk-fault.ts";
import type { PendingUpload, UploadFolder } from "../storage/upload-folder.ts";

interface StoreOptions {
  readonly uploads: UploadFolder;
  /** Of an upload that is being made. */
  readonly wishOf: (upload: Upload) => UploadWish;
  readonly findUploaded: (id: string) => Promise<ImageRecord>;
  /** An upload is there. When this rejects it is removed again. */
  readonly onCreated: (upload: Upload) => Promise<void>;
}

/**
 * The library's store of files, with what it lacks: records that are whole or not there, bytes that are durable
 * when their offset is told, what a cut connection had brought, and errors that say what happened. Its expiry
 * counts from the last byte. An upload that has become an image still answers, as one that is whole.
 */
export class UploadStore extends FileStore {
  readonly #uploads: UploadFolder;
  readonly #findUploaded: StoreOptions["findUploaded"];
  readonly #onCreated: StoreOptions["onCreated"];

  constructor({ uploads, wishOf, findUploaded, onCreated }: StoreOptions) {
    super({
      directory: uploads.path,
      expirationPeriodInMilliseconds: uploadIdleMs,
      configstore: {
        async get(id) {
          const pending = await uploads.find(id);
          return pending && toUpload(pending);
        },
        async set(id, upload) {
          const { size = null, metadata = {} } = upload;
          // When its length is told later, whoever tells it changes nothing of the wish.
          const wish = (await uploads.find(id))?.wish ?? wishOf(upload);
          await uploads.writeRecord(id, { size, metadata, wish });
        },
        delete: (id) => uploads.remove(id),
        list: () => uploads.list(),
      },
    });
    this.#uploads = uploads;
    this.#findUploaded = findUploaded;
    this.#onCreated = onCreated;
  }

  override async create(upload: Upload): Promise<Upload> {
    const created = await onDisk(super.create(upload));
    try {
      await this.#onCreated(upload);
    } catch (error) {
      await this.#uploads.remove(upload.id);
      throw error;
    }
    return created;
  }

  /** Rejects with `not_found` or `gone`. */
  override async getUpload(id: string): Promise<Upload> {
    const pending = await this.#uploads.find(id);
    if (pending) return toUpload(pending);
    const { original } = await this.#findUploaded(id);
    if (!original) throw new PixmillError("not_found");
    return new Upload({ id, size: original.bytes, offset: original.bytes });
  }

  override async write(content: Readable, id: string, offset: number): Promise<number> {
    const pending = await this.#uploads.find(id);
    // At the offset that the client's bytes are of: meanwhile a write that hung may have made the file longer.
    if (pending && pending.bytes !== pending.size) return await this.#uploads.append(id, content, offset);
    // A last request that is repeated: the library lets no byte through, and there may be no file any more.
    await content.resume().toArray();
    return offset;
  }

  override remove(id: string): Promise<void> {
    return this.#uploads.remove(id);
  }
}

function toUpload({ id, size, bytes, metadata, touchedAt }: PendingUpload): Upload {
  return new Upload({
    id,
    ...(size !== null && { size }),
    offset: bytes,
    metadata: { ...metadata },
    // From here the library counts the time in which it expires.
    creation_date: touchedAt.toISOString(),
  });
}
