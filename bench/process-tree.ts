import { readdirSync, readFileSync } from "node:fs";

/** Jiffies a second of /proc/…/stat on Linux, whatever the kernel's own tick. */
const ticksPerSecond = 100;

/** The process and all of its descendants that live now. */
function treeOf(pid: number): number[] {
  const pids = [pid];
  for (const task of list(`/proc/${pid}/task`)) {
    const children = read(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number);
    for (const child of children) pids.push(...treeOf(child));
  }
  return pids;
}

/**
 * CPU milliseconds that the tree has used, ended children included once their parent has waited for them; and those of
 * all of it but the process itself.
 */
export function cpuMs(pid: number): { all: number; children: number } {
  const [root, ...descendants] = treeOf(pid).map((each) => {
    const fields = read(`/proc/${each}/stat`).split(") ")[1]?.split(" ") ?? [];
    const ticks = (from: number) => Number(fields[from]) + Number(fields[from + 1]) || 0;
    return { own: ticks(11), ended: ticks(13) };
  });
  const children = descendants.reduce((sum, { own, ended }) => sum + own + ended, root?.ended ?? 0);
  const milliseconds = (ticks: number) => (ticks * 1000) / ticksPerSecond;
  return { all: milliseconds(children + (root?.own ?? 0)), children: milliseconds(children) };
}

/** Proportional set size of the tree in bytes: what it would free by ending. */
export function pssBytes(pid: number): number {
  let kilobytes = 0;
  for (const each of treeOf(pid)) {
    kilobytes += Number(/^Pss:\s+(\d+) kB/m.exec(read(`/proc/${each}/smaps_rollup`))?.[1] ?? 0);
  }
  return kilobytes * 1024;
}

function list(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return []; // ended meanwhile
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
