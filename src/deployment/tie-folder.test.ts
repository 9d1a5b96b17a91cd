import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { tieFolder } from "./tie-folder.ts";

describe("a storage folder", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pixmill-tie-"));
    await mkdir(join(folder, ".work"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("belongs to the first catalog that opens it, and is refused to any other", async () => {
    await tieFolder(folder, "first");
    await tieFolder(folder, "first");
    await expect(tieFolder(folder, "second")).rejects.toThrow("images of another catalog");
  });

  it("goes to one of two that open it at once, and the other learns of it", async () => {
    const outcomes = await Promise.allSettled(["one", "two"].map((id) => tieFolder(folder, id)));
    expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    expect(await readdir(join(folder, ".work"))).toEqual([]);
  });
});
