import { readFile, writeFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Resident bytes of a process (Linux): now (`VmRSS`), or the most there ever were (`VmHWM`); 0 when it is gone. */
export async function residentBytes(pid: number, name: "VmRSS" | "VmHWM" = "VmRSS"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
}

/** What `work` resolves to, and the most resident bytes that the process had meanwhile. */
export async function mostResidentBytes<T>(
  pid: number,
  work: Promise<T>,
): Promise<{ result: T; most: number }> {
  let most = 0;
  let over = false;
  const watching = (async () => {
    while (!over) {
      most = Math.max(most, await residentBytes(pid));
      await sleep(50);
    }
  })();
  try {
    const result = await work;
    return { result, most };
  } finally {
    over = true;
    await watching;
  }
}

/** By how much the process grew meanwhile at its peak, also between two looks (Linux). Bytes. */
export async function peakGrowth<T>(
  pid: number,
  work: () => Promise<T>,
): Promise<{ result: T; grown: number }> {
  await writeFile(`/proc/${pid}/clear_refs`, "5"); // VmHWM begins anew, proc(5)
  const before = await residentBytes(pid);
  const result = await work();
  return { result, grown: (await residentBytes(pid, "VmHWM")) - before };
}
