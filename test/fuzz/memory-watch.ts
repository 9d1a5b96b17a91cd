import { setTimeout as sleep } from "node:timers/promises";
import { enginePids } from "../support/pixmill.ts";
import { residentBytes } from "../support/process-memory.ts";

const everyMs = 50;

/** Looks at the engine processes of a Pixmill, and at itself, while it works (Linux). */
export class MemoryWatch {
  /** The most that any engine process held at any time, in bytes. */
  enginePeak = 0;
  readonly #pid: number;
  readonly #stop = new AbortController();
  readonly #watching: Promise<void>;

  /** `onPeak`: told when an engine process holds more than any did before. */
  constructor(pid: number, onPeak: (bytes: number, pid: number) => void) {
    this.#pid = pid;
    this.#watching = this.#watch(onPeak);
  }

  /** Resident bytes of the service's own process. */
  parentBytes(): Promise<number> {
    return residentBytes(this.#pid);
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#watching;
  }

  async #watch(onPeak: (bytes: number, pid: number) => void): Promise<void> {
    while (!this.#stop.signal.aborted) {
      for (const pid of await enginePids(this.#pid).catch(() => [])) {
        const bytes = await residentBytes(pid, "VmHWM");
        if (bytes > this.enginePeak) {
          this.enginePeak = bytes;
          onPeak(bytes, pid);
        }
      }
      await sleep(everyMs, undefined, { signal: this.#stop.signal }).catch(() => {});
    }
  }
}
