import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCodeCache } from "./code-cache.ts";

let parent: string;
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "pixmill-code-cache-"));
});
afterEach(() => rm(parent, { recursive: true, force: true }));

describe("the folder of compiled code", () => {
  it("is this user's alone, and goes with the worker", async () => {
    const cache = await openCodeCache(parent);
    expect(((await stat(cache.path ?? "")).mode & 0o777).toString(8)).toBe("700");
    await cache.remove();
    expect(await readdir(parent)).toEqual([]);
  });

  it("of a process that was killed goes with the next start, and of one that lives stays", async () => {
    // No process has so large a number on Linux.
    for (const name of ["pixmill-engine-code-4194305-a", "pixmill-engine-code-x", "pixmill-engine-code-"])
      await mkdir(join(parent, name));
    for (const pid of [process.ppid, process.pid]) await mkdir(join(parent, `pixmill-engine-code-${pid}-a`));
    await (await openCodeCache(parent)).remove();
    const kept = ["pixmill-engine-code-", `pixmill-engine-code-${process.ppid}-a`, "pixmill-engine-code-x"];
    expect((await readdir(parent)).sort()).toEqual(kept.sort());
  });

  it("is done without where none can be made", async () => {
    const cache = await openCodeCache(join(parent, "missing"));
    expect(cache.path).toBeUndefined();
    await cache.remove();
  });
});
