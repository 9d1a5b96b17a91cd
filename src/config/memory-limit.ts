import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { dirname, join } from "node:path";

/** Where the kernel shows its limits; tests plant a folder of their own. */
interface MemorySources {
  /** The parent of `sys` and `proc`. */
  readonly root?: string;
  /** Bytes of the machine. */
  readonly total?: number;
}

/**
 * Bytes that this process may use: the machine's memory, or the smallest limit of the cgroups that it is in.
 *
 * A group's limit binds its children, so every ancestor is read. Both hierarchies are: `memory.max` of cgroup v2
 * (https://docs.kernel.org/admin-guide/cgroup-v2.html) and `memory.limit_in_bytes` of v1, which says "none" with
 * a number near 2^63. Inside a container the path of `/proc/self/cgroup` can be the host's while only its end
 * is mounted; the walk up to the root finds it there.
 */
export function availableMemory({ root = "/", total = totalmem() }: MemorySources = {}): number {
  const limits = [total];
  for (const line of read(join(root, "proc/self/cgroup")).split("\n")) {
    const [hierarchy, controllers = "", path = "/"] = line.split(":");
    if (hierarchy === "0") limits.push(...walk(join(root, "sys/fs/cgroup"), path, "memory.max"));
    if (controllers.split(",").includes("memory")) {
      limits.push(...walk(join(root, "sys/fs/cgroup/memory"), path, "memory.limit_in_bytes"));
    }
  }
  return Math.min(...limits);
}

function* walk(mount: string, path: string, file: string): Generator<number> {
  for (let group = path; ; group = dirname(group)) {
    const text = read(join(mount, group, file)).trim();
    if (/^\d+$/.test(text)) yield Number(text);
    if (group === "/" || group === ".") return;
  }
}

/** The file's text, or nothing: a kernel without this hierarchy has no limit in it. */
function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
