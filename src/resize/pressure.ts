import { PixmillError } from "../errors.ts";
import { hasMemory } from "../queue/bounded-queue.ts";
import { roomOf } from "../storage/files.ts";
import type { ResizeDependencies } from "./dependencies.ts";

type Needs = Pick<ResizeDependencies, "storage" | "queue" | "catalog">;

/** How full one of the things is that uploads fill, and what comes of it. */
export interface Level {
  readonly name: "disk" | "redis" | "catalog" | "uploads";
  /** 0 is empty, 1 is full. */
  readonly used: number;
  /** From here on `effect` holds. */
  readonly limit: number;
  /** What is done above the limit, or not any more; `null` below it. */
  readonly effect: string | null;
}

/** A level may be so old, in milliseconds: an upload takes longer to fill a disk. */
const freshMs = 1_000;
/** What was seen longer ago says nothing about now. */
const trustedMs = 10_000;
/** What does not answer in time is not known; whether it is ready is another question. */
const patienceMs = 1_000;

/**
 * Of a disk this much is kept for the results of what was accepted, for the catalog's file and for its journal: the
 * smaller of the two. A twentieth, so that a small disk is of use too.
 */
const reserve = { bytes: 256 * 1024 ** 2, share: 0.05 };
/** Seconds, for `Retry-After`: somebody must make room. */
const retryAfter = 30;

/** As `queue-window.ts` has it. */
const redisLimit = 0.8;
/** All connections in use is what they are there for; others wait for them for two seconds and are then refused. */
const catalogLimit = 1;

/** Watches what uploads fill, so that they are refused before what was accepted suffers. */
export class Pressure {
  readonly #needs: Needs;
  #disk: Level | undefined;
  #diskReadAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<Level | undefined> | undefined;

  constructor(needs: Needs) {
    this.#needs = needs;
  }

  /**
   * Throws `storage_full` when an upload would eat into what accepted images need. At once, from what the last look
   * saw: an upload that nobody reads while a disk is asked could break unheard.
   */
  checkUpload(): void {
    const age = performance.now() - this.#diskReadAt;
    if (age > freshMs) void this.#readDisk();
    if (age < trustedMs && this.#disk?.effect) throw new PixmillError("storage_full", { retryAfter });
  }

  /** What is known within a second. */
  async levels(): Promise<readonly Level[]> {
    const asked = [this.#readDisk(), this.#redis(), this.#catalog()].map((level) => inTime(level));
    return (await Promise.all(asked)).filter((level) => level !== undefined);
  }

  /** Storage that does not answer is no reason to refuse here: the upload itself meets it. */
  #readDisk(): Promise<Level | undefined> {
    this.#reading ??= this.#lookAtDisk()
      .catch(() => undefined)
      .then((found) => {
        this.#disk = found;
        this.#diskReadAt = performance.now();
        this.#reading = undefined;
        return found;
      });
    return this.#reading;
  }

  async #lookAtDisk(): Promise<Level | undefined> {
    const room = await roomOf(this.#needs.storage);
    if (!room || room.total === 0) return undefined;
    const kept = Math.min(reserve.bytes, reserve.share * room.total);
    const used = 1 - room.free / room.total;
    const limit = 1 - kept / room.total;
    return level("disk", used, limit, "New uploads are refused with storage_full.");
  }

  async #redis(): Promise<Level | undefined> {
    const { queue } = this.#needs;
    const memory = hasMemory(queue) ? await queue.memory() : undefined;
    if (!memory || memory.limit === 0) return undefined;
    return level("redis", memory.used / memory.limit, redisLimit, "New images wait in the catalog alone.");
  }

  async #catalog(): Promise<Level | undefined> {
    const connections = this.#needs.catalog.connections();
    if (!connections) return undefined;
    const { busy, most, waiting } = connections;
    return level(
      "catalog",
      (busy + waiting) / most,
      catalogLimit,
      "Requests wait for a connection, or are refused.",
    );
  }
}

function level(name: Level["name"], used: number, limit: number, effect: string): Level {
  const rounded = Math.round(used * 1_000) / 1_000;
  return {
    name,
    used: rounded,
    limit: Math.round(limit * 1_000) / 1_000,
    effect: used > limit ? effect : null,
  };
}

async function inTime<T>(answer: Promise<T | undefined>): Promise<T | undefined> {
  const late = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => late.resolve(undefined), patienceMs);
  try {
    return await Promise.race([answer.catch(() => undefined), late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
