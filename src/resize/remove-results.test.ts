import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { newImageId } from "../image/image-id.ts";
import { LocalStorage } from "../storage/local-storage.ts";
import { resultPrefix, variantKey } from "../storage/object-key.ts";
import { removeResults } from "./remove-results.ts";

describe("the results of an image", () => {
  let folder: string;
  let storage: LocalStorage;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pixmill-results-"));
    storage = await LocalStorage.open(folder);
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const imageId = newImageId();
  const key = (attempt: number) =>
    variantKey({ imageId, filename: "cat.jpg", variant: "thumb", attempt, format: "jpeg" });
  const store = async (...attempts: number[]) => {
    for (const attempt of attempts) await storage.put(key(attempt), Buffer.from("x"));
  };
  const left = async () => {
    const keys: string[] = [];
    for await (const object of storage.list(resultPrefix(imageId))) keys.push(object.key);
    return keys.sort();
  };

  it("invariant 4: lose what forgotten attempts left, but nothing of a newer attempt or of a ready variant", async () => {
    await store(1, 2, 3, 4);
    const ready = {
      name: "thumb",
      status: "ready",
      format: "jpeg",
      width: 1,
      height: 1,
      bytes: 1,
      sha256: "",
    } as const;
    await removeResults(
      storage,
      { id: imageId, attempt: 3, variants: [{ ...ready, key: key(2) }] },
      { all: false },
    );
    expect(await left()).toEqual([key(2), key(4)]);
  });

  it("all go with the image", async () => {
    await store(1, 2);
    await removeResults(storage, { id: imageId, attempt: 1, variants: [] }, { all: true });
    expect(await left()).toEqual([]);
  });
});
