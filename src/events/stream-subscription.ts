import type { Delivery, PixmillEvent } from "./event-bus.ts";
import { type Entry, isAfter } from "./event-stream.ts";

/** One listener: first what it missed, then what comes, each once and in order. */
export class StreamSubscription {
  #listener: (delivery: Delivery) => void;
  /** What came while the missed was still being fetched; `undefined`: it is told at once. */
  #held: Entry[] | undefined;
  #toldId: string | undefined;

  constructor(
    listener: (delivery: Delivery) => void,
    options: { resuming: boolean; after?: string | undefined },
  ) {
    this.#listener = listener;
    this.#held = options.resuming ? [] : undefined;
    // A reader that lags behind the one that told of it must not tell it again.
    this.#toldId = options.after;
  }

  close(): void {
    this.#listener = () => {};
  }

  /** `idOf` makes the id that readers see. */
  entry(entry: Entry, idOf: (entryId: string) => string): void {
    if (this.#held) this.#held.push(entry);
    else this.#tell(entry, idOf);
  }

  /** Only of interest while it is new: not told to one who still catches up. */
  heartbeat(event: PixmillEvent, idOf: (entryId: string) => string, newestId: string): void {
    if (this.#held) return;
    // Its id is where this reader stands, so that coming back with it neither repeats nor skips.
    const id = this.#toldId === undefined ? newestId : idOf(this.#toldId);
    this.#listener({ ...event, id });
  }

  /** Of what went before, nothing is certain. */
  reset(id: string): void {
    if (this.#held) this.#held = [];
    this.#toldId = undefined;
    this.#listener({ type: "reset", id });
  }

  /** Ends the catching up. `missed` is `undefined` when it cannot be told. */
  resume(missed: readonly Entry[] | undefined, idOf: (entryId: string) => string, id: string): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    if (!missed) this.reset(id);
    for (const entry of missed ?? []) this.#tell(entry, idOf);
    for (const entry of held) this.#tell(entry, idOf);
  }

  #tell({ id, event }: Entry, idOf: (entryId: string) => string): void {
    if (event === "unknown") return;
    // The fetch of the missed may have been ahead of the live reader.
    if (this.#toldId !== undefined && !isAfter(id, this.#toldId)) return;
    this.#toldId = id;
    this.#listener(event === "lost" ? { type: "reset", id: idOf(id) } : { ...event, id: idOf(id) });
  }
}
