import { type Kysely, sql } from "kysely";
import { PixmillError, toStoredError } from "../errors.ts";
import { type Ending, endingOf, maxDeliveries } from "../image/outcome.ts";
import type { Placeholder } from "../image/placeholder.ts";
import type { Variant } from "../image/variant.ts";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord } from "./image-record.ts";
import { type ImageRow, toRecord } from "./image-row.ts";
import type { Outbox } from "./outbox.ts";
import { repeatable } from "./repeat.ts";
import { changeStatus, literal, requeuing } from "./status-change.ts";
import type { Tables } from "./tables.ts";
import { nextTurn, virtualNow } from "./virtual-time.ts";

/** A queued image, as the dispatcher needs it. */
export interface QueuedImage {
  readonly imageId: string;
  readonly generation: number;
  readonly priority: number;
}

export interface ClaimOptions {
  readonly worker: string;
  /** How long the image is the worker's without a renewal. */
  readonly leaseMs: number;
  /** The job's: a job of an older generation claims nothing. */
  readonly generation: number;
}

export interface Outcome extends Ending {
  readonly placeholder?: Placeholder | undefined;
}

/** What a phase leaves to the next. */
export interface NextPhase {
  readonly variants: readonly Variant[];
  readonly placeholder?: Placeholder | undefined;
  /** Predicted work of that phase, in milliseconds. */
  readonly cost: number;
}

export interface GiveBackOptions {
  /** An engine fault of this image. */
  readonly strike: boolean;
  /** The claim shall not count: the worker stops, the image has done nothing. */
  readonly undoDelivery?: boolean;
  /** Where the original is still to be fetched, how long that waits; else it is the queue that waits. */
  readonly delayMs?: number;
  /** A new job is needed, because the old one ends. */
  readonly nextGeneration?: boolean;
}

/**
 * What workers do to images. A claim raises `attempt`, and each later verb names the attempt it was given: once
 * somebody else has claimed, cancelled or buried the image, the answer is `undefined` or `false` and the row is
 * untouched (invariant 4).
 */
export class ClaimRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #outbox: Outbox;

  constructor(db: Kysely<Tables>, dialect: Dialect, outbox: Outbox) {
    this.#db = db;
    this.#dialect = dialect;
    this.#outbox = outbox;
  }

  /** `undefined`: it is not queued, or not in this generation; of two that claim at once, one gets it. */
  async claim(id: string, options: ClaimOptions): Promise<ImageRecord | undefined> {
    const { now } = this.#dialect;
    const row = await changeStatus(this.#db, "claim")
      .set((eb) => ({
        attempt: eb("attempt", "+", 1),
        deliveries: eb("deliveries", "+", 1),
        worker: options.worker,
        lease_until: eb(now, "+", options.leaseMs),
        started_at: eb.fn.coalesce("started_at", now),
      }))
      .where("id", "=", id)
      .where("generation", "=", options.generation)
      .returningAll()
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** Makes the lease end `leaseMs` from now. `false`: the image is no longer this attempt's; stop working on it. */
  async renew(id: string, attempt: number, leaseMs: number): Promise<boolean> {
    const renewing = this.#held(id, attempt).set((eb) => ({
      lease_until: eb(this.#dialect.now, "+", leaseMs),
    }));
    const { numUpdatedRows } = await repeatable(() => renewing.executeTakeFirstOrThrow());
    return numUpdatedRows > 0n;
  }

  /** Shows variants that are ready before the rest is. `false`: the image is no longer this attempt's. */
  async publish(id: string, attempt: number, variants: readonly Variant[]): Promise<boolean> {
    const { numUpdatedRows } = await this.#held(id, attempt)
      .set((eb) => ({ variants: JSON.stringify(variants), revision: eb("revision", "+", 1) }))
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  /** `undefined`: the image is no longer this attempt's, and its results must not stay. */
  async finish(id: string, attempt: number, outcome: Outcome): Promise<ImageRecord | undefined> {
    const { status, placeholder } = outcome;
    const written = {
      variants: JSON.stringify(outcome.variants),
      error: outcome.error && JSON.stringify(outcome.error),
    };
    const finishing = (db: Kysely<Tables>) =>
      changeStatus(db, status === "done" ? "finish" : "fail")
        .set({
          ...written,
          lease_until: null,
          finished_at: this.#dialect.now,
          ...(placeholder && { placeholder: JSON.stringify(placeholder) }),
        })
        .where("id", "=", id)
        .where("attempt", "=", attempt)
        // Beside the table's from-states: a waiting image can fail too, but not by the attempt that lost it.
        .where("status", "=", literal("processing"));
    const finished = this.#db
      .selectFrom("images")
      .selectAll()
      .where("id", "=", id)
      .where("attempt", "=", attempt)
      .where("status", "=", literal(status))
      .where("variants", "=", written.variants);
    return await repeatable(async (again) => {
      const row = await this.#outbox.endImage(finishing);
      if (row || !again) return row && toRecord(row);
      // The run whose answer was lost may have written it. Only this attempt has these variants to write; to be
      // told that it lost the image would make the worker delete what the row points to.
      const ours = await finished.executeTakeFirst();
      return ours?.error === written.error ? toRecord(ours) : undefined;
    });
  }

  /**
   * Back to the queue for its next phase, as a new generation: what is ready is shown, and what went well wipes out
   * what went wrong before. In a batch its turn is behind everything that was accepted for that; alone it waits as
   * long as its work will take, so that what is quick goes first. `undefined`: the image is no longer this
   * attempt's, and its results must not stay.
   */
  async handOn(
    { id, attempt, batchId }: Pick<ImageRecord, "id" | "attempt" | "batchId">,
    next: NextPhase,
  ): Promise<ImageRecord | undefined> {
    const { placeholder, cost } = next;
    const turn = batchId === null ? undefined : await this.#charge(batchId, cost);
    const row = await this.#requeuing()
      .set((eb) => ({
        variants: JSON.stringify(next.variants),
        ...(placeholder && { placeholder: JSON.stringify(placeholder) }),
        generation: eb("generation", "+", 1),
        turn: turn ?? sql<number>`${virtualNow} + ${sql.lit(cost)}`,
        cost,
        charge: null,
        deliveries: 0,
        strikes: 0,
      }))
      .where("id", "=", id)
      .where("attempt", "=", attempt)
      .returningAll()
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /** The turn of what a batch brings next. When it is then not brought, the batch has paid a little too much. */
  async #charge(batchId: string, cost: number): Promise<number | undefined> {
    const charged = await this.#db
      .updateTable("batches")
      .set({
        virtual_finish: sql<number>`${nextTurn(this.#dialect, sql.ref("virtual_finish"))} + ${sql.lit(cost)}`,
      })
      .where("id", "=", batchId)
      .returning("virtual_finish")
      .executeTakeFirst();
    return charged && charged.virtual_finish - cost;
  }

  /** Back to the queue. `undefined`: the image is no longer this attempt's. */
  async giveBack(id: string, attempt: number, options: GiveBackOptions): Promise<ImageRecord | undefined> {
    const row = await this.#requeuing()
      .set((eb) => ({
        strikes: eb("strikes", "+", options.strike ? 1 : 0),
        deliveries: eb("deliveries", "-", options.undoDelivery ? 1 : 0),
        generation: eb("generation", "+", options.nextGeneration ? 1 : 0),
        fetch_at: eb
          .case()
          .when("fetch_at", "is not", null)
          .then(eb(this.#dialect.now, "+", options.delayMs ?? 0))
          .end(),
      }))
      .where("id", "=", id)
      .where("attempt", "=", attempt)
      .returningAll()
      .executeTakeFirst();
    return row && toRecord(row);
  }

  /**
   * Takes images from workers that went silent: back to the queue as a new generation, or to their end when it has
   * come to `maxDeliveries`: `failed`, or `done` with what was published of it. `all`: whatever the lease says, for
   * the one process that has just locked the folder and knows that no other works. Returns the images that changed.
   */
  async releaseExpired(options: { readonly all?: boolean } = {}): Promise<ImageRecord[]> {
    const before = options.all ? Number.MAX_SAFE_INTEGER : this.#dialect.now;
    const reason = toStoredError(
      new PixmillError("internal_error", {
        detail: `The image was begun ${maxDeliveries} times and never ended.`,
      }),
    );
    const worn = await this.#db
      .selectFrom("images")
      .select(["id", "revision", "variants"])
      .where("status", "=", literal("processing"))
      .where("deleted_at", "is", null)
      .where("lease_until", "<", before)
      .where("deliveries", ">=", maxDeliveries)
      .execute();
    const ended: ImageRow[] = [];
    for (const { id, revision, variants } of worn) {
      const ending = endingOf(JSON.parse(variants), reason);
      const row = await this.#outbox.endImage((db) =>
        changeStatus(db, ending.status === "done" ? "finish" : "fail")
          .set({
            variants: JSON.stringify(ending.variants),
            error: ending.error && JSON.stringify(ending.error),
            lease_until: null,
            finished_at: this.#dialect.now,
          })
          .where("id", "=", id)
          // A renewal changes no revision, but the lease.
          .where("revision", "=", revision)
          .where("lease_until", "<", before),
      );
      if (row) ended.push(row);
    }
    const queued = await this.#requeuing()
      .set((eb) => ({ generation: eb("generation", "+", 1) }))
      .where("lease_until", "<", before)
      .where("deliveries", "<", maxDeliveries)
      .returningAll()
      .execute();
    return [...ended, ...queued].map(toRecord);
  }

  /** What waits for an engine, with its strikes, by its turn, then oldest first. `after`: the last one of the page before. */
  async unfinished(options: {
    readonly limit: number;
    readonly after?: Pick<QueuedImage, "imageId" | "priority"> | undefined;
  }): Promise<(QueuedImage & { readonly strikes: number })[]> {
    const { limit, after } = options;
    let query = this.#db
      .selectFrom("images")
      .select(["id as imageId", "generation", "turn as priority", "strikes"])
      .where("status", "=", literal("queued"))
      .where("fetch_at", "is", null)
      .where("deleted_at", "is", null);
    if (after) {
      query = query.where(({ eb, refTuple, tuple }) =>
        eb(refTuple("turn", "id"), ">", tuple(after.priority, after.imageId)),
      );
    }
    const selecting = query.orderBy("turn").orderBy("id").limit(limit);
    return await repeatable(() => selecting.execute());
  }

  /** Not a change of status: the row as long as it is this attempt's. */
  #held(id: string, attempt: number) {
    return this.#db
      .updateTable("images")
      .where("id", "=", id)
      .where("attempt", "=", attempt)
      .where("status", "=", literal("processing"))
      .where("deleted_at", "is", null);
  }

  #requeuing() {
    return requeuing(this.#db, this.#dialect.now);
  }
}
