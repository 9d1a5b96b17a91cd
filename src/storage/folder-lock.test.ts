import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockFolder } from "./folder-lock.ts";

let root: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "pixmill-lock-"));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const refusal = /^Another Pixmill process is using the storage folder .*\.$/;

async function holder() {
  const code = `
    const { lockFolder } = await import(${JSON.stringify(new URL("./folder-lock.ts", import.meta.url).href)});
    globalThis.lock = lockFolder(process.argv[1]);
    process.stdout.write("held");
    setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code, root], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  return child;
}

describe("the lock on a storage folder", () => {
  it("is refused while another process has it, and free as soon as that is killed with SIGKILL", async () => {
    const child = await holder();
    try {
      expect(() => lockFolder(root)).toThrow(refusal);
    } finally {
      child.kill("SIGKILL");
      await once(child, "exit");
    }
    lockFolder(root).release();
  });

  it("is refused to the process that has it already", () => {
    const lock = lockFolder(root);
    expect(() => lockFolder(root)).toThrow(refusal);
    // The refused attempt must not have loosened the lock: POSIX frees a file's locks when any descriptor closes.
    expect(() => lockFolder(root)).toThrow(refusal);
    lock.release();
    lock.release();
    lockFolder(root).release();
  });

  it("still keeps other processes out after the process that has it was refused a second one", async () => {
    const lock = lockFolder(root);
    expect(() => lockFolder(root)).toThrow(refusal);
    const code = `
      const { lockFolder } = await import(${JSON.stringify(new URL("./folder-lock.ts", import.meta.url).href)});
      try { lockFolder(process.argv[1]); process.exit(0); } catch { process.exit(3); }`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", code, root], { stdio: "inherit" });
    expect((await once(child, "exit"))[0]).toBe(3);
    lock.release();
  });

  it("makes the folder when it is missing", () => {
    lockFolder(join(root, "new", "storage")).release();
  });
});
