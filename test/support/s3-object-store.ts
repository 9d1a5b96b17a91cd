import { createHash, randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import { access, type FileHandle, link, mkdir, open, readdir, rename, rm } from "node:fs/promises";
import type { IncomingHttpHeaders } from "node:http";
import { join } from "node:path";
import { Readable } from "node:stream";
import { crc32 } from "node:zlib";
import S3Error from "@20minutes/s3rver/lib/models/error.js";
import S3Object from "@20minutes/s3rver/lib/models/object.js";
import FilesystemStore from "@20minutes/s3rver/lib/stores/filesystem.js";

/** What is known of an object stands before its bytes, in the same file: one rename changes both. */
const headBytes = 4096;

interface Head {
  readonly size: number;
  readonly metadata: Readonly<Record<string, string | number>>;
}

interface Listing {
  readonly prefix?: string;
  readonly startAfter?: string;
  readonly maxKeys?: number;
}

/**
 * Objects as S3 promises them: whole or not there, at any moment and whatever is killed; refused when their bytes are
 * not those of a checksum that came with them; listed in the order of their keys; and who reads one finishes it, even
 * if it is replaced or deleted meanwhile. The store that s3rver brings writes into the final file and checks nothing.
 */
export class S3ObjectStore extends FilesystemStore {
  readonly #buckets: string;
  readonly #incoming: string;

  /** In a folder of its own; what a killed server was receiving is removed. */
  static async open(folder: string): Promise<S3ObjectStore> {
    await rm(join(folder, "incoming"), { recursive: true, force: true });
    await mkdir(join(folder, "incoming"), { recursive: true });
    return new S3ObjectStore(folder);
  }

  private constructor(folder: string) {
    super(join(folder, "buckets"));
    this.#buckets = join(folder, "buckets");
    this.#incoming = join(folder, "incoming");
    mkdirSync(this.#buckets, { recursive: true });
  }

  override async existsObject(bucket: string, key: string): Promise<boolean> {
    return await access(this.#path(bucket, key)).then(
      () => true,
      () => false,
    );
  }

  override async getObject(
    bucket: string,
    key: string,
    { start, end }: { readonly start?: number; readonly end?: number } = {},
  ): Promise<S3Object | null> {
    const file = await openOrNothing(this.#path(bucket, key));
    if (!file) return null;
    const { size, metadata } = await readHead(file);
    const range = { start: start ?? 0, end: Math.min(end ?? size, Math.max(0, size - 1)) };
    const isBehind = start !== undefined && start >= size;
    const isEmpty = isBehind || size === 0;
    if (isEmpty) await file.close();
    const bytes = { start: headBytes + range.start, end: headBytes + range.end };
    // Nothing at all makes s3rver answer 416 to a range.
    const content = isEmpty ? (isBehind ? null : Readable.from([])) : file.createReadStream(bytes);
    const object = new S3Object(bucket, key, content, metadata);
    if (start !== undefined) object.range = range;
    return object;
  }

  override async putObject({ bucket, key, content, metadata }: S3Object) {
    const temporary = join(this.#incoming, randomUUID());
    const file = await open(temporary, "wx");
    try {
      const sha256 = createHash("sha256");
      const md5 = createHash("md5");
      let size = 0;
      let crc = 0;
      for await (const piece of content as AsyncIterable<Buffer>) {
        await file.write(piece, 0, piece.length, headBytes + size);
        size += piece.length;
        sha256.update(piece);
        md5.update(piece);
        crc = crc32(piece, crc);
      }
      const digests = { sha256: sha256.digest(), md5: md5.digest(), crc };
      checkBody(content.headers, size, digests);
      const etag = digests.md5.toString("hex");
      const known = {
        ...metadata,
        etag: JSON.stringify(etag),
        "last-modified": new Date().toUTCString(),
        "content-length": size,
        "x-amz-checksum-sha256": digests.sha256.toString("base64"),
      };
      await file.write(JSON.stringify({ size, metadata: known } satisfies Head).padEnd(headBytes), 0);
      await this.#place(temporary, this.#path(bucket, key), content.headers["if-none-match"] === "*");
      return { size, md5: etag };
    } finally {
      await file.close();
      await rm(temporary, { force: true });
    }
  }

  override async deleteObject(bucket: string, key: string): Promise<void> {
    await rm(this.#path(bucket, key), { force: true });
  }

  override async listObjects(bucket: string, { prefix = "", startAfter = "", maxKeys = 1000 }: Listing) {
    const names = await readdir(join(this.#buckets, bucket));
    const keys = names
      .map((name) => decodeURIComponent(name))
      .filter((key) => key.startsWith(prefix) && key > startAfter)
      .toSorted((one, other) => (one < other ? -1 : 1));
    const objects = [];
    for (const key of keys.slice(0, maxKeys)) {
      const file = await openOrNothing(this.#path(bucket, key));
      if (!file) continue;
      objects.push(new S3Object(bucket, key, null, (await readHead(file)).metadata));
      await file.close();
    }
    return { objects, commonPrefixes: [], isTruncated: keys.length > maxKeys && objects.length > 0 };
  }

  #path(bucket: string, key: string): string {
    return join(this.#buckets, bucket, encodeURIComponent(key));
  }

  async #place(temporary: string, path: string, isOnlyNew: boolean): Promise<void> {
    if (!isOnlyNew) return await rename(temporary, path);
    await link(temporary, path).catch((error: NodeJS.ErrnoException) => {
      throw error.code === "EEXIST" ? new S3Error("PreconditionFailed", "It is there already.") : error;
    });
  }
}

async function openOrNothing(path: string): Promise<FileHandle | undefined> {
  return await open(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
}

async function readHead(file: FileHandle): Promise<Head> {
  const { buffer } = await file.read(Buffer.alloc(headBytes), 0, headBytes, 0);
  return JSON.parse(buffer.toString()) as Head;
}

/** What S3 compares before it keeps an object. */
function checkBody(
  headers: IncomingHttpHeaders,
  size: number,
  digests: { readonly sha256: Buffer; readonly md5: Buffer; readonly crc: number },
): void {
  if (Number(headers["content-length"]) !== size) {
    throw new S3Error("IncompleteBody", "The body is not as long as its Content-Length.");
  }
  const signed = headers["x-amz-content-sha256"];
  if (signed !== "UNSIGNED-PAYLOAD" && signed !== digests.sha256.toString("hex")) {
    const mismatch = new S3Error("XAmzContentSHA256Mismatch", "The body is not the one that was signed.");
    mismatch.status = 400; // s3rver does not know this one
    throw mismatch;
  }
  const crc = Buffer.alloc(4);
  crc.writeUInt32BE(digests.crc);
  const expected = [
    ["content-md5", digests.md5],
    ["x-amz-checksum-sha256", digests.sha256],
    ["x-amz-checksum-crc32", crc],
  ] as const;
  for (const [name, digest] of expected) {
    if (headers[name] !== undefined && headers[name] !== digest.toString("base64")) {
      throw new S3Error("BadDigest", `The body is not that of its ${name}.`);
    }
  }
}
