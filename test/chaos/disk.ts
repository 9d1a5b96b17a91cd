import { execFile, spawnSync } from "node:child_process";
import { mkdir, statfs } from "node:fs/promises";
import { promisify } from "node:util";
import { removeFolder, temporaryFolder } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

const run = promisify(execFile);

export const isRoot = process.getuid?.() === 0;
const usualSize = "6g";
/** What a full disk has left. Bytes. */
const crumbs = 256 * 1024;

/** Whatever a run forgets or a crash leaves. */
const mounted = new Set<string>();
process.once("exit", () => {
  for (const path of mounted) spawnSync("umount", ["--lazy", path]);
});

/** A small file system for the storage folder, whose size and rights change while it is used. Needs root. */
export class Disk {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  static async mount(): Promise<Disk> {
    const path = await temporaryFolder("pixmill-chaos-disk-");
    await mkdir(path, { recursive: true });
    await run("mount", ["-t", "tmpfs", "-o", `size=${usualSize}`, "tmpfs", path]);
    mounted.add(path);
    return new Disk(path);
  }

  /** 256 kB are left. */
  async fill(): Promise<void> {
    const { blocks, bfree, bsize } = await statfs(this.path);
    await this.#remount(`size=${(blocks - bfree) * bsize + crumbs}`);
  }

  /** Two more files can be made, and no third. */
  async useUpFiles(): Promise<void> {
    const { files, ffree } = await statfs(this.path);
    await this.#remount(`nr_inodes=${files - ffree + 2}`);
  }

  /** Waits for a moment in which no file is open for writing: the kernel asks for it. */
  async makeReadOnly(): Promise<void> {
    await until(
      () =>
        this.#remount("ro").then(
          () => true,
          () => false,
        ),
      { what: "a read-only disk" },
    );
  }

  async heal(): Promise<void> {
    await this.#remount(`rw,size=${usualSize},nr_inodes=1000000`);
  }

  async unmount(): Promise<void> {
    await run("umount", ["--lazy", this.path]);
    mounted.delete(this.path);
    await removeFolder(this.path);
  }

  async #remount(options: string): Promise<void> {
    await run("mount", ["-o", `remount,${options}`, this.path]);
  }
}
