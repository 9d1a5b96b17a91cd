import { PixmillError } from "../errors.ts";
import { hasMemory } from "../queue/bounded-queue.ts";
import { roomOf } from "../storage/files.ts";
import { within } from "../within.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { diskLevels } from "./disk-levels.ts";
import { type Level, level } from "./level.ts";

type Needs = Pick<ResizeDependencies, "storage" | "queue" | "catalog">;

/** A level may be so old, in milliseconds: an upload takes longer to fill a disk. */
const freshMs = 1_000;
/** What was seen longer ago says nothing about now. */
const trustedMs = 10_000;
/** A question that takes so long has no answer, or a late one. Milliseconds. */
const hangsMs = 30_000;
/** What does not answer in time is not known; whether it is ready is another question. */
const patienceMs = 1_000;

/** Seconds, for `Retry-After`: somebody must make room. */
const retryAfter = 30;

/** As `queue-window.ts` has it. */
const redisLimit = 0.8;
/** All connections in use is what they are there for; others wait for them for two seconds and are then refused. */
const catalogLimit = 1;

/** Watches what uploads fill, so that they are refused before what was accepted suffers. */
export class Pressure {
  readonly #needs: Needs;
  #disk: readonly Level[] = [];
  #diskReadAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<readonly Level[]> | undefined;
  #askedAt = 0;

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
    if (age < trustedMs && this.#disk.some(({ effect }) => effect !== null))
      throw new PixmillError("storage_full", { retryAfter });
  }

  /** What is known within a second. */
  async levels(): Promise<readonly Level[]> {
    const asked = [this.#readDisk(), this.#redis(), this.#catalog()];
    const known = await Promise.all(asked.map((levels) => within(patienceMs, levels)));
    return known.flatMap((levels) => levels ?? []);
  }

  /**
   * Storage that does not answer is no reason to refuse here: the upload itself meets it. A question that hangs for
   * long, on a network folder whose server is away, is asked anew.
   */
  #readDisk(): Promise<readonly Level[]> {
    const now = performance.now();
    if (this.#reading && now - this.#askedAt < hangsMs) return this.#reading;
    this.#askedAt = now;
    const reading = this.#lookAtDisk()
      .catch(() => [])
      .then((found) => {
        this.#disk = found;
        this.#diskReadAt = performance.now();
        if (this.#reading === reading) this.#reading = undefined;
        return found;
      });
    this.#reading = reading;
    return reading;
  }

  async #lookAtDisk(): Promise<readonly Level[]> {
    const room = await roomOf(this.#needs.storage);
    return room ? diskLevels(room, this.#disk) : [];
  }

  async #redis(): Promise<readonly Level[]> {
    const { queue } = this.#needs;
    const memory = hasMemory(queue) ? await queue.memory() : undefined;
    if (!memory || memory.limit === 0) return [];
    const used = memory.used / memory.limit;
    return [level({ name: "redis", used, limit: redisLimit }, "New images wait in the catalog alone.")];
  }

  async #catalog(): Promise<readonly Level[]> {
    const connections = this.#needs.catalog.connections();
    if (!connections) return [];
    const { busy, most, waiting } = connections;
    const used = (busy + waiting) / most;
    const effect = "Requests wait for a connection, or are refused.";
    return [level({ name: "catalog", used, limit: catalogLimit }, effect)];
  }
}
