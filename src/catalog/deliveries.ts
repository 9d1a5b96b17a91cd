import { type Kysely, sql } from "kysely";
import { isImageId } from "../image/image-id.ts";
import { idOfCursor, type Page, toPage } from "./cursor.ts";
import { isDeliveryId } from "./delivery-id.ts";
import type { DeliveryAttempt, DeliveryRecord, DeliveryStatus } from "./delivery-record.ts";
import { toDelivery, withAttempt } from "./delivery-row.ts";
import type { Dialect } from "./dialect.ts";
import { toDate } from "./image-row.ts";
import { repeatable } from "./repeat.ts";
import type { Tables } from "./tables.ts";

export interface DeliveryFilter {
  readonly imageId?: string | undefined;
  readonly batchId?: string | undefined;
  readonly status?: DeliveryStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** A delivery whose time has come, as `claim` needs it. */
export interface DueDelivery {
  readonly id: string;
  readonly receiver: string;
  /** The fence as it was seen. */
  readonly claim: number;
  /** Set: a worker had begun to send it and never said what came of it. */
  readonly sendingSince: Date | null;
}

/** What an attempt came to. */
export type Settlement =
  | { readonly status: "delivered" | "failed" }
  | { readonly status: "pending"; readonly inMs: number };

/** What is written of an attempt whose worker died, or was frozen, in the middle of it. */
const lostAttempt = "The worker that sent it was lost; whether it arrived is not known.";

/** Not a bound value: the planner must read it to see that the partial index of what is due fits. */
const pending = sql.lit("pending" as const);

/** Webhooks: made by what ends images and batches (`outbox.ts`), sent by workers, looked at by people. */
export class DeliveryRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  async find(id: string): Promise<DeliveryRecord | undefined> {
    if (!isDeliveryId(id)) return undefined;
    const selecting = this.#db.selectFrom("deliveries").selectAll().where("id", "=", id);
    const row = await repeatable(() => selecting.executeTakeFirst());
    return row && toDelivery(row);
  }

  /** Newest first. Ids that are none have no deliveries; `invalid_request` for a cursor that is not of ours. */
  async list(filter: DeliveryFilter): Promise<Page<DeliveryRecord>> {
    const { imageId, batchId, status, limit, cursor } = filter;
    let query = this.#db.selectFrom("deliveries").selectAll();
    if (cursor !== undefined) query = query.where("id", "<", idOfCursor(cursor, isDeliveryId));
    if (imageId !== undefined) query = query.where("image_id", "=", imageId);
    if (batchId !== undefined) query = query.where("batch_id", "=", batchId);
    if (status !== undefined) query = query.where("status", "=", status);
    // What is no id does not come to the database: PostgreSQL takes no NUL in a text.
    for (const id of [imageId, batchId]) if (id !== undefined && !isImageId(id)) return toPage([], limit);
    const selecting = query.orderBy("id", "desc").limit(limit + 1);
    const rows = await repeatable(() => selecting.execute());
    return toPage(rows.map(toDelivery), limit);
  }

  /** What is to be sent now, longest due first, without what is for the receivers `except`. */
  async due(options: { readonly limit: number; readonly except: readonly string[] }): Promise<DueDelivery[]> {
    let query = this.#db
      .selectFrom("deliveries")
      .select(["id", "receiver", "claims as claim", "sending_since"])
      .where("status", "=", pending)
      .where("next_at", "<=", this.#dialect.now);
    if (options.except.length > 0) query = query.where("receiver", "not in", options.except);
    const selecting = query.orderBy("next_at").limit(options.limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(({ sending_since, ...row }) => ({
      ...row,
      sendingSince: sending_since === null ? null : toDate(sending_since),
    }));
  }

  /**
   * Takes a due delivery: nobody else gets it for `leaseMs`. An attempt whose worker was lost is written into the log
   * as such. `undefined`: somebody else took it, replayed it, or it is gone.
   */
  async claim(due: DueDelivery, leaseMs: number): Promise<DeliveryRecord | undefined> {
    const seen = due.sendingSince && (await this.find(due.id));
    const lost = seen &&
      due.sendingSince && {
        attempts: withAttempt(seen.attempts, {
          at: due.sendingSince,
          durationMs: 0,
          statusCode: null,
          error: lostAttempt,
        }),
        tries: seen.tries + 1,
      };
    const { now } = this.#dialect;
    const row = await this.#db
      .updateTable("deliveries")
      .set((eb) => ({
        claims: eb("claims", "+", 1),
        sending_since: now,
        next_at: eb(now, "+", leaseMs),
        ...lost,
      }))
      .where("id", "=", due.id)
      .where("claims", "=", due.claim)
      .where("status", "=", pending)
      .returningAll()
      .executeTakeFirst();
    return row && toDelivery(row);
  }

  /** Writes what an attempt came to. `false`: the delivery is no longer this claim's, and the log not its to write. */
  async settle(record: DeliveryRecord, attempt: DeliveryAttempt, settlement: Settlement): Promise<boolean> {
    const { now } = this.#dialect;
    const { status } = settlement;
    const settling = this.#claimed(record).set((eb) => ({
      status,
      attempts: withAttempt(record.attempts, attempt),
      tries: record.tries + 1,
      sending_since: null,
      next_at: settlement.status === "pending" ? eb(now, "+", settlement.inMs) : null,
      ended_at: status === "pending" ? null : now,
    }));
    const { numUpdatedRows } = await repeatable(() => settling.executeTakeFirstOrThrow());
    return numUpdatedRows > 0n;
  }

  /** Gives a claim back unused: the worker stops before it has sent anything, or in the middle of it. */
  async release(record: DeliveryRecord): Promise<void> {
    const releasing = this.#claimed(record).set({ sending_since: null, next_at: this.#dialect.now });
    await repeatable(() => releasing.execute());
  }

  /** Ends every lease, for the one process that has just locked the folder and knows that no other works. */
  async releaseAll(): Promise<void> {
    const releasing = this.#db
      .updateTable("deliveries")
      .set({ next_at: this.#dialect.now })
      .where("status", "=", pending)
      .where("sending_since", "is not", null);
    await repeatable(() => releasing.execute());
  }

  /**
   * Makes it due at once, with the whole time for retries before it. One that is being sent just now stays as it is.
   * `undefined`: there is none.
   */
  async replay(id: string): Promise<DeliveryRecord | undefined> {
    if (!isDeliveryId(id)) return undefined;
    const { now } = this.#dialect;
    const replaying = this.#db
      .updateTable("deliveries")
      .set((eb) => ({
        status: "pending",
        tries: 0,
        claims: eb("claims", "+", 1),
        pending_since: now,
        next_at: now,
        ended_at: null,
      }))
      .where("id", "=", id)
      .where("sending_since", "is", null)
      .returningAll();
    const row = await repeatable(() => replaying.executeTakeFirst());
    return row ? toDelivery(row) : await this.find(id);
  }

  /** Forgets what ended longer ago than this. Returns how many. */
  async purge(olderThanMs: number): Promise<number> {
    const deleting = this.#db
      .deleteFrom("deliveries")
      .where("ended_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs));
    const { numDeletedRows } = await repeatable(() => deleting.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }

  #claimed({ id, claim }: DeliveryRecord) {
    return this.#db.updateTable("deliveries").where("id", "=", id).where("claims", "=", claim);
  }
}
