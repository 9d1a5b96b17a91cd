import type { Kysely } from "kysely";
import type { Original } from "../image/original.ts";
import type { QueuedImage } from "./claims.ts";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord } from "./image-record.ts";
import { toRecord } from "./image-row.ts";
import { repeatable } from "./repeat.ts";
import { literal, requeuing } from "./status-change.ts";
import type { Tables } from "./tables.ts";

/** What may be fetched now. */
export interface DueSource extends QueuedImage {
  readonly batchId: string | null;
  readonly origin: string;
}

interface DueOptions {
  readonly limit: number;
  /** What is left out: images from these servers, and of these batches or of any. */
  readonly except?: {
    readonly origins: readonly string[];
    readonly batches: readonly string[] | "all";
  };
}

/**
 * Queued images whose original is still to be fetched. They are no jobs of the queue: workers take them from here,
 * claim them like any other, and the queue gets them when the original is in storage.
 */
export class SourceRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  /** What may be fetched now, by its turn, then oldest first. */
  async due({ limit, except }: DueOptions): Promise<DueSource[]> {
    const { origins = [], batches = [] } = except ?? {};
    let query = this.#db
      .selectFrom("images")
      .select(["id as imageId", "generation", "turn as priority", "batch_id as batchId"])
      .select(({ fn, val }) => fn.coalesce("source_origin", val("")).as("origin"))
      .where("status", "=", literal("queued"))
      .where("deleted_at", "is", null)
      .where("fetch_at", "is not", null)
      .where("fetch_at", "<=", this.#dialect.now);
    if (origins.length > 0) {
      query = query.where((eb) =>
        eb.or([eb("source_origin", "is", null), eb("source_origin", "not in", origins)]),
      );
    }
    if (batches === "all") query = query.where("batch_id", "is", null);
    else if (batches.length > 0) {
      query = query.where((eb) => eb.or([eb("batch_id", "is", null), eb("batch_id", "not in", batches)]));
    }
    const selecting = query.orderBy("turn").orderBy("id").limit(limit);
    return await repeatable(() => selecting.execute());
  }

  /**
   * The original is in storage: back to the queue as a new generation, and what went wrong on the way is forgotten.
   * `undefined`: the image is no longer this attempt's, and its original must not stay.
   */
  async fetched(id: string, attempt: number, original: Original): Promise<ImageRecord | undefined> {
    const row = await requeuing(this.#db, this.#dialect.now)
      .set((eb) => ({
        original: JSON.stringify(original),
        fetch_at: null,
        generation: eb("generation", "+", 1),
        deliveries: 0,
        strikes: 0,
      }))
      .where("id", "=", id)
      .where("attempt", "=", attempt)
      .returningAll()
      .executeTakeFirst();
    return row && toRecord(row);
  }
}
