import { readFile } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { enginePids } from "../support/pixmill.ts";
import type { Arena } from "./arena.ts";
import type { ImageRow } from "./catalog-view.ts";
import type { Picture } from "./load.ts";

/** Long enough in an engine process to be met there. */
const variants = JSON.stringify([{ name: "big", width: 1_100, format: "avif", quality: 90 }]);

/** What an image does to the engine process that opens it. */
export type Harm = "SIGSEGV" | "SIGABRT" | "SIGKILL" | "SIGSTOP";

/** A picture that does it to every process that works on it, as long as a `PoisonWatch` runs. */
export function poison(content: Buffer, harm: Harm): Picture {
  const fails = ["engine_crashed", "engine_timeout", "out_of_memory"] as const;
  return { name: `poison-${harm}.jpg`, content, variants, fails };
}

/** In clock ticks of 10 ms: the start of a process takes nearly all of the first, the picture the second. */
const atWork = { ofProcess: 90, ofImage: 10 };

/**
 * No picture is known that crashes this libvips, so the harm is done from outside: as soon as an engine process
 * works on a poison picture, it gets the signal that a bug in a decoder would send it.
 */
export class PoisonWatch {
  harms = 0;
  readonly #arena: Arena;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;
  /** What each process had used when it was first seen with each attempt. */
  readonly #firstSeen = new Map<string, number>();

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#watching = this.#watch();
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const rows = await this.#arena.rows.images("status = 'processing' and filename like 'poison-%'");
      for (const row of rows) {
        const pid = this.#arena.workers.find(({ name }) => name === row.worker)?.current?.pid;
        if (pid !== undefined) await this.#harm(pid, row);
      }
      await sleep(10, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }

  /** A worker of the arena works on one image at a time. */
  async #harm(worker: number, { id, attempt, filename }: ImageRow): Promise<void> {
    for (const engine of await enginePids(worker).catch(() => [])) {
      const ticks = await ticksOf(engine);
      const key = `${engine} ${id} ${attempt}`;
      const first = this.#firstSeen.get(key) ?? ticks;
      this.#firstSeen.set(key, first);
      if (ticks < atWork.ofProcess || ticks - first < atWork.ofImage) continue;
      this.#firstSeen.set(key, Number.POSITIVE_INFINITY);
      this.harms += 1;
      this.#arena.killed += 1;
      process.kill(engine, filename.slice("poison-".length, -".jpg".length) as Harm);
    }
  }
}

async function ticksOf(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  const words = stat.split(") ")[1]?.split(" ") ?? [];
  return Number(words[11] ?? 0) + Number(words[12] ?? 0);
}
