import type { EngineProcess } from "./engine-process.ts";

interface Idle {
  readonly child: EngineProcess;
  /** Resident bytes after its last task. */
  readonly rss: number;
  readonly timer: NodeJS.Timeout;
}

/** Engine processes that wait for work. What they learned is worth keeping, but not the memory that others need. */
export class IdleChildren {
  readonly #idleMs: number;
  /** The one that worked last is at the end, and taken first, so that the others can be ended. */
  #idle: Idle[] = [];

  constructor(idleMs: number) {
    this.#idleMs = idleMs;
  }

  /** Without work it is ended after a while. */
  add(child: EngineProcess, rss: number): void {
    const end = () => {
      this.forget(child);
      child.kill();
    };
    this.#idle.push({ child, rss, timer: setTimeout(end, this.#idleMs).unref() });
  }

  /** One that lives and whose memory `suits`. */
  take(suits: (rss: number) => boolean): { readonly child: EngineProcess; readonly rss: number } | undefined {
    const found = this.#idle.findLast(({ child, rss }) => child.alive && suits(rss));
    if (found) this.forget(found.child);
    return found;
  }

  /** Ends those that worked longest ago until the others are at most `count` and hold no more than `bytes`. */
  shrinkTo(count: number, bytes: number): void {
    let held = this.#idle.reduce((sum, { rss }) => sum + rss, 0);
    for (const { child, rss } of [...this.#idle]) {
      if (held <= bytes && this.#idle.length <= count) return;
      held -= rss;
      this.forget(child);
      child.kill();
    }
  }

  forget(child: EngineProcess): void {
    const index = this.#idle.findIndex((idle) => idle.child === child);
    if (index < 0) return;
    clearTimeout(this.#idle[index]?.timer);
    this.#idle.splice(index, 1);
  }
}
