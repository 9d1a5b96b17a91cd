import { execFile, spawnSync } from "node:child_process";
import type { StatsFs } from "node:fs";
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
    await run("mount", ["-t", "tmpfs", "-o", `size=${usualSize}`, "tmpfs", path]).catch(async (error) => {
      await removeFolder(path);
      throw error;
    });
    mounted.add(path);
    return new Disk(path);
  }

  /** 256 kB are left. */
  async fill(): Promise<void> {
    await this.#shrink(({ blocks, bfree, bsize }) => `size=${(blocks - bfree) * bsize + crumbs}`);
  }

  /** Two more files can be made, and no third. */
  async useUpFiles(): Promise<void> {
    await this.#shrink(({ files, ffree }) => `nr_inodes=${files - ffree + 2}`);
  }

  /** Waits for a moment in which no file is open for writing: the kernel asks for it. */
  async makeReadOnly(): Promise<void> {
    await this.#shrink(() => "ro");
  }

  async heal(): Promise<void> {
    await this.#remount(`rw,size=${usualSize},nr_inodes=1000000`);
  }

  async unmount(): Promise<void> {
    await run("umount", ["--lazy", this.path]);
    mounted.delete(this.path);
    await removeFolder(this.path);
  }

  /** Again until it succeeds: what is written between the look and the change may take more than that leaves. */
  async #shrink(options: (facts: StatsFs) => string): Promise<void> {
    const isDone = async () =>
      this.#remount(options(await statfs(this.path))).then(
        () => true,
        () => false,
      );
    await until(isDone, { what: "a smaller disk" });
  }

  async #remount(options: string): Promise<void> {
    await run("mount", ["-o", `remount,${options}`, this.path]);
  }
}
