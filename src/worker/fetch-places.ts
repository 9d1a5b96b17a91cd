/** Whose places a download takes: the server's that is asked, and the batch's that the image is of, if any. */
export interface PlaceTaker {
  readonly origin: string;
  readonly batchId: string | null;
}

/**
 * Who may download now. No server and no batch gets more places than it leaves free: alone it has half of them, beside
 * others as much as each (the dynamic thresholds of a shared buffer: Choudhury and Hahne, 1998). So however slow a
 * server is, and however much a batch asks of it, who comes next finds a place.
 */
export class FetchPlaces {
  readonly #all: number;
  readonly #kept: number;
  readonly #ofOrigin = new Map<string, number>();
  readonly #ofBatch = new Map<string, number>();
  #taken = 0;

  /** `kept`: those of all that no batch gets. */
  constructor({ all, kept }: { readonly all: number; readonly kept: number }) {
    this.#all = all;
    this.#kept = kept;
  }

  /** `false`: it has to wait, and nothing is taken. */
  take({ origin, batchId }: PlaceTaker): boolean {
    const free = batchId === null ? this.#free : this.#freeForBatches;
    if ((this.#ofOrigin.get(origin) ?? 0) >= free) return false;
    if (batchId !== null && (this.#ofBatch.get(batchId) ?? 0) >= free) return false;
    this.#count({ origin, batchId }, 1);
    return true;
  }

  release(taker: PlaceTaker): void {
    this.#count(taker, -1);
  }

  get isFull(): boolean {
    return this.#free <= 0;
  }

  /** For whom there is none now, so that nobody needs to look for their images. */
  get refused(): { readonly origins: readonly string[]; readonly batches: readonly string[] | "all" } {
    return {
      origins: atLeast(this.#ofOrigin, this.#free),
      batches: this.#freeForBatches <= 0 ? "all" : atLeast(this.#ofBatch, this.#freeForBatches),
    };
  }

  get #free(): number {
    return this.#all - this.#taken;
  }

  get #freeForBatches(): number {
    return this.#free - this.#kept;
  }

  #count({ origin, batchId }: PlaceTaker, change: 1 | -1): void {
    this.#taken += change;
    add(this.#ofOrigin, origin, change);
    if (batchId !== null) add(this.#ofBatch, batchId, change);
  }
}

function atLeast(counts: ReadonlyMap<string, number>, limit: number): string[] {
  return [...counts].filter(([, count]) => count >= limit).map(([name]) => name);
}

function add(counts: Map<string, number>, name: string, change: 1 | -1): void {
  const count = (counts.get(name) ?? 0) + change;
  if (count > 0) counts.set(name, count);
  else counts.delete(name);
}
