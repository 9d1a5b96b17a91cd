import { readFile } from "node:fs/promises";

/** Resident bytes of a process (Linux): now (`VmRSS`), or the most there ever were (`VmHWM`); 0 when it is gone. */
export async function residentBytes(pid: number, name: "VmRSS" | "VmHWM" = "VmRSS"): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status)?.[1] ?? 0) * 1024;
}
