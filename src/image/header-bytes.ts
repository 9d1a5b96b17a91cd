import { PixmillError } from "../errors.ts";

/** Reads from one file. The answer is shorter than `length` only where the file ends, and is not reused. */
export type RangeReader = (start: number, length: number) => Promise<Uint8Array>;

export const corrupt = (detail: string) => new PixmillError("corrupt_image", { detail });

const firstWindow = 16 * 1024;
const smallWindow = 4 * 1024;
const largeWindow = 256 * 1024;
/** A step of at most this many bytes past the window counts as reading on, not as a jump. */
const nearby = 16 * 1024;

interface Budget {
  /** Bytes that may be read in all. */
  readonly bytes: number;
  readonly reads: number;
}

/**
 * A header needs little; what needs more than this is made to be slow. 4,096 reads of local files take about
 * 0.2 s.
 */
const headerBudget: Budget = { bytes: 16 * 1024 * 1024, reads: 4_096 };

/**
 * The bytes of a file through one window that moves, so that memory stays at one window whatever the file.
 * A walk that reads on gets windows of up to 256 kB; one that jumps from segment to segment, small ones.
 */
export class HeaderBytes {
  readonly size: number;
  readonly #read: RangeReader;
  readonly #budget: Budget;
  #window: Uint8Array = new Uint8Array(0);
  #start = 0;
  #nextLength = firstWindow;
  #bytesRead = 0;
  #reads = 0;

  /** `size`: of the file, in bytes. */
  constructor(read: RangeReader, size: number, budget: Budget = headerBudget) {
    this.size = size;
    this.#read = read;
    this.#budget = budget;
  }

  /** At `position`, what the window has: at least `atLeast` bytes where the file has them, often more. */
  async window(position: number, atLeast = 1): Promise<Uint8Array> {
    const end = this.#start + this.#window.length;
    if (position < this.#start || position + atLeast > end) await this.#move(position, atLeast, end);
    return this.#window.subarray(position - this.#start);
  }

  /** Exactly `length` bytes at `position`. Rejects with `corrupt_image` where the file ends before. */
  async view(position: number, length: number): Promise<DataView> {
    const bytes = await this.window(position, length);
    if (bytes.length < length) throw corrupt("The file ends inside its header.");
    return new DataView(bytes.buffer, bytes.byteOffset, length);
  }

  async #move(position: number, atLeast: number, oldEnd: number): Promise<void> {
    const length = Math.min(Math.max(this.#nextLength, atLeast), Math.max(this.size - position, 0));
    this.#bytesRead += length;
    this.#reads += 1;
    if (this.#bytesRead > this.#budget.bytes || this.#reads > this.#budget.reads) {
      throw corrupt("The header of the file is too long.");
    }
    const readsOn = position >= this.#start && position <= oldEnd + nearby;
    this.#nextLength = readsOn ? Math.min(Math.max(length, smallWindow) * 2, largeWindow) : smallWindow;
    this.#window = length > 0 ? await this.#read(position, length) : new Uint8Array(0);
    this.#start = position;
  }
}
