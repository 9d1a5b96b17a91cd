import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import type { Storage } from "../../src/storage/storage.ts";
import { filesBelow } from "../support/files-below.ts";

/** Originals and results, looked at past the service. */
export interface Objects {
  /** All there are, also those whose names are no keys where that can be seen. */
  keys(): Promise<readonly string[]>;
  content(key: string): Promise<Buffer>;
}

export function objectsBelow(root: string): Objects {
  return {
    async keys() {
      const there = ["uploads", "processed"].map(async (folder) =>
        (await filesBelow(join(root, folder))).map((name) => `${folder}/${name}`),
      );
      return (await Promise.all(there)).flat();
    },
    content: (key) => readFile(join(root, key)),
  };
}

export function objectsIn(storage: Storage): Objects {
  return {
    async keys() {
      const keys: string[] = [];
      for await (const { key } of storage.list("")) keys.push(key);
      return keys;
    },
    async content(key) {
      const content = await storage.get(key);
      if (!content) throw new Error(`${key} is gone`);
      return await buffer(content);
    },
  };
}
