import { setTimeout as sleep } from "node:timers/promises";
import type { Arena } from "./arena.ts";
import type { Load } from "./load.ts";

/** Clients that download originals all the while. What looks whole to one must be what was sent. */
export class Readers {
  /** Downloads that came whole. */
  whole = 0;
  /** Those that were refused, or broke off. */
  broken = 0;
  readonly #reading: Promise<void>;
  #ended = false;

  constructor(arena: Arena, load: Load, readers = 2) {
    const all = Array.from({ length: readers }, (_, index) => this.#read(arena, load, index));
    this.#reading = Promise.all(all).then(() => {});
  }

  /** Resolves when the last download is over. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#reading;
  }

  async #read(arena: Arena, load: Load, index: number): Promise<void> {
    for (let turn = index; !this.#ended; turn += 1) {
      const [id, picture] = [...load.accepted].at(turn % Math.max(1, load.accepted.size)) ?? [];
      const content = id && (await original(`${arena.url}/v1/images/${id}/original`));
      if (!content || !picture) {
        if (id) this.broken += 1;
        await sleep(100);
        continue;
      }
      this.whole += 1;
      if (!content.equals(picture.content)) load.faults.push(`a download of ${id} is not what was sent`);
    }
  }
}

/** `undefined`: a client can tell that it has not all of it. */
async function original(address: string): Promise<Buffer | undefined> {
  try {
    const response = await fetch(address, { signal: AbortSignal.timeout(30_000) });
    if (response.status !== 200) return void (await response.body?.cancel());
    return Buffer.from(await response.arrayBuffer());
  } catch {
    return undefined;
  }
}
