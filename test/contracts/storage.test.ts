import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, vi } from "vitest";
import { silentLogger } from "../../src/logger.ts";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import { S3Storage } from "../../src/storage/s3-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { S3Server } from "../support/s3-server.ts";
import { describeStorage } from "./storage.ts";

async function makeLocal() {
  const root = await mkdtemp(join(tmpdir(), "pixmill-local-"));
  return {
    storage: await LocalStorage.open(root),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}

describeStorage("LocalStorage", makeLocal);

// A driver without files, such as an object store: `files.ts` downloads and uploads for it.
describeStorage("LocalStorage without its file verbs", async () => {
  const { storage: local, remove } = await makeLocal();
  const storage: Storage = {
    put: (key, content) => local.put(key, content),
    get: (key, range) => local.get(key, range),
    stat: (key) => local.stat(key),
    delete: (key) => local.delete(key),
    list: (prefix) => local.list(prefix),
    close: () => local.close(),
  };
  return { storage, remove };
});

describe("in S3", () => {
  let server: S3Server;
  let count = 0;
  beforeAll(async () => {
    server = await S3Server.start();
    for (const [name, value] of Object.entries(server.env())) vi.stubEnv(name, value);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await server.close();
  });

  describeStorage("S3Storage", async () => {
    const stagingFolder = await mkdtemp(join(tmpdir(), "pixmill-s3-staging-"));
    count += 1;
    const storage = new S3Storage({
      address: { bucket: server.bucket, prefix: `test-${count}/` },
      stagingFolder,
      logger: silentLogger(),
    });
    return { storage, remove: () => rm(stagingFolder, { recursive: true, force: true }) };
  });
});
