import { access, constants, mkdir, readFile, rmdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../support/until.ts";

interface Hierarchy {
  readonly folder: string;
  readonly limit: string;
  /** In the old hierarchy memory and swap together, in the new one swap alone. */
  readonly withSwap: string;
  readonly peak: string;
  readonly events: string;
}

/** A control group with a limit of memory, as a container has one. */
export class MemoryCgroup {
  readonly #files: Hierarchy;

  private constructor(files: Hierarchy) {
    this.#files = files;
  }

  /** `undefined`, after saying why, where none can be made: it takes root and a writable hierarchy. */
  static async make(bytes: number): Promise<MemoryCgroup | undefined> {
    const refusals: string[] = [];
    for (const files of await hierarchies()) {
      try {
        await mkdir(files.folder);
        await access(join(files.folder, files.limit), constants.W_OK);
        await writeFile(join(files.folder, files.limit), String(bytes));
        await writeFile(
          join(files.folder, files.withSwap),
          files.limit === "memory.max" ? "0" : String(bytes),
        ).catch(
          () => {}, // a kernel that counts no swap has none for it
        );
        return new MemoryCgroup(files);
      } catch (error) {
        await rmdir(files.folder).catch(() => {});
        refusals.push(String(error));
      }
    }
    console.warn(`\nSKIPPED: no control group can be made here: ${refusals.join("; ")}\n`);
    return undefined;
  }

  /** Before a command: it and all of its children are in the group. */
  get under(): readonly string[] {
    return ["sh", "-c", 'echo $$ > "$0/cgroup.procs" && exec "$@"', this.#files.folder];
  }

  /** The most that the group held, the cache of files included. Bytes. */
  async peak(): Promise<number> {
    return Number(await this.#read(this.#files.peak));
  }

  /** Processes that the kernel has killed for want of memory. */
  async kills(): Promise<number> {
    return Number(/^oom_kill (\d+)/m.exec(await this.#read(this.#files.events))?.[1] ?? Number.NaN);
  }

  async remove(): Promise<void> {
    const gone = () =>
      rmdir(this.#files.folder).then(
        () => true,
        () => false,
      );
    await until(gone, { what: "the end of the group" });
  }

  #read(name: string): Promise<string> {
    return readFile(join(this.#files.folder, name), "utf8");
  }
}

/** The group that this process is in, in both kinds of hierarchy, with a new child each. */
async function hierarchies(): Promise<readonly Hierarchy[]> {
  const name = `pixmill-chaos-${process.pid}`;
  const found: Hierarchy[] = [];
  for (const line of (await readFile("/proc/self/cgroup", "utf8")).split("\n")) {
    const [hierarchy, controllers = "", path = "/"] = line.split(":");
    if (controllers.split(",").includes("memory")) {
      found.push({
        folder: join("/sys/fs/cgroup/memory", path, name),
        limit: "memory.limit_in_bytes",
        withSwap: "memory.memsw.limit_in_bytes",
        peak: "memory.max_usage_in_bytes",
        events: "memory.oom_control",
      });
    } else if (hierarchy === "0") {
      const folder = join("/sys/fs/cgroup", path, name);
      found.push({
        folder,
        limit: "memory.max",
        withSwap: "memory.swap.max",
        peak: "memory.peak",
        events: "memory.events",
      });
    }
  }
  return found;
}
