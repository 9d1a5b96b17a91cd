import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { promisify } from "node:util";

/** The process may open so many more files than it has open now, and no further one. Linux only. */
export async function limitOpenFiles(pid: number, more: number): Promise<void> {
  await setLimit(pid, (await readdir(`/proc/${pid}/fd`)).length + more);
}

/** As many as a process usually may. */
export async function freeOpenFiles(pid: number): Promise<void> {
  await setLimit(pid, 4_096);
}

/** The soft limit alone, which may be raised again. */
async function setLimit(pid: number, files: number): Promise<void> {
  await promisify(execFile)("prlimit", [`--pid=${pid}`, `--nofile=${files}:`]);
}
