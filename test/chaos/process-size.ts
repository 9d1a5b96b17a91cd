import { readdir, readFile } from "node:fs/promises";

/** What a process holds (Linux). */
export interface ProcessSize {
  readonly descriptors: number;
  /** Resident bytes. */
  readonly memory: number;
}

export async function measureProcesses(pids: readonly number[]): Promise<Map<number, ProcessSize>> {
  const entries = await Promise.all(pids.map(async (pid) => [pid, await measure(pid)] as const));
  return new Map(entries);
}

async function measure(pid: number): Promise<ProcessSize> {
  const [names, status] = await Promise.all([
    readdir(`/proc/${pid}/fd`).catch(() => []),
    readFile(`/proc/${pid}/status`, "utf8").catch(() => ""),
  ]);
  return { descriptors: names.length, memory: Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024 };
}

/** Engine processes whose parent is one of those that are gone. */
export async function orphansOf(parents: ReadonlySet<number>): Promise<number[]> {
  const orphans: number[] = [];
  for (const name of await readdir("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    const words = (await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => ""))
      .split("\0")
      .filter(Boolean);
    // An engine process is told its parent's pid as its last argument.
    if (words.some((word) => word.includes("tinypool")) && parents.has(Number(words.at(-1)))) {
      orphans.push(Number(name));
    }
  }
  return orphans;
}
