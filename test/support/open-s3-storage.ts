import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { newImageId } from "../../src/image/image-id.ts";
import { silentLogger } from "../../src/logger.ts";
import { originalKey } from "../../src/storage/object-key.ts";
import type { S3Patience } from "../../src/storage/s3-patience.ts";
import { S3Storage } from "../../src/storage/s3-storage.ts";
import type { S3Server } from "./s3-server.ts";

let prefixes = 0;

export interface OpenedS3Storage {
  readonly storage: S3Storage;
  /** Where files lie on their way. */
  readonly stagingFolder: string;
  remove(): Promise<void>;
}

interface Options {
  /** Another way to the server. */
  readonly endpoint?: string;
  /** That of another storage, to look at the same objects. */
  readonly prefix?: string;
  readonly patience?: Partial<S3Patience>;
}

/** A prefix of the bucket that nobody has used before. */
export function newPrefix(): string {
  prefixes += 1;
  return `test-${prefixes}/`;
}

/** The driver itself, to be tested or to look with. */
export async function openS3Storage(
  server: S3Server,
  { endpoint = server.endpoint, prefix = newPrefix(), patience }: Options = {},
): Promise<OpenedS3Storage> {
  // As for every process: the driver takes them from nowhere else, with its first request.
  Object.assign(process.env, server.env(endpoint));
  const stagingFolder = await mkdtemp(join(tmpdir(), "pixmill-staging-"));
  const address = { bucket: server.bucket, prefix };
  const storage = new S3Storage({
    address,
    stagingFolder,
    logger: silentLogger(),
    ...(patience && { patience }),
  });
  await storage.stat(originalKey(newImageId(), "none.jpg", "jpeg"));
  return { storage, stagingFolder, remove: () => rm(stagingFolder, { recursive: true, force: true }) };
}
