import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalStorage } from "../../src/storage/local-storage.ts";
import type { Storage } from "../../src/storage/storage.ts";
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
