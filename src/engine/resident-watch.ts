import { readFileSync } from "node:fs";

/** Often enough to meet what fills memory within a second; a look takes 20 µs. Milliseconds. */
const everyMs = 200;

/** The most that a process was seen to hold while it was watched (Linux; elsewhere nothing is seen). */
export class ResidentWatch {
  readonly #pid: number | undefined;
  readonly #timer: NodeJS.Timeout;
  #most = 0;
  #limit = Number.POSITIVE_INFINITY;
  #onMore = () => {};

  constructor(pid: number | undefined) {
    this.#pid = pid;
    this.#timer = setInterval(() => this.look(), everyMs).unref();
    this.look();
  }

  /** Resident bytes; 0: never seen. */
  get most(): number {
    return this.#most;
  }

  /** Calls `onMore` once when it is seen to hold more than `bytes`. */
  limit(bytes: number, onMore: () => void): void {
    this.#limit = bytes;
    this.#onMore = onMore;
  }

  look(): void {
    const now = residentBytes(this.#pid);
    this.#most = Math.max(this.#most, now);
    if (now <= this.#limit) return;
    this.#limit = Number.POSITIVE_INFINITY;
    this.#onMore();
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

function residentBytes(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0; // gone, or not Linux
  }
}
