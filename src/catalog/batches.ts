import { type ExpressionBuilder, type Kysely, sql } from "kysely";
import type { Transform } from "../image/transform.ts";
import { type UniqueRequest, withAnswer } from "./answers.ts";
import { type BatchRow, countImages, toBatchRecord, toUncountedBatch } from "./batch-row.ts";
import { type BatchStatus, isClosed, statusIs } from "./batch-status.ts";
import { idOfCursor, type Page, toPage } from "./cursor.ts";
import type { Dialect } from "./dialect.ts";
import type { BatchRecord, UncountedBatch } from "./image-record.ts";
import type { Outbox } from "./outbox.ts";
import { inTransaction, repeatable } from "./repeat.ts";
import { retryFailed } from "./retry-batch.ts";
import { cancelling, unfinishedStatuses } from "./status-change.ts";
import type { Tables } from "./tables.ts";

export interface BatchFilter {
  readonly status?: BatchStatus | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

interface OpenBatch {
  readonly id: string;
  readonly preset: string | null;
  readonly presetVersion: string | null;
  readonly transforms: readonly Transform[];
  readonly callbackUrl?: string | null;
  readonly client?: string | null;
  readonly idleMs: number;
}

/** Batches. Those that are not open are made by `ImageRepository.accept`, in the same commit as their images. */
export class BatchRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #outbox: Outbox;

  constructor(db: Kysely<Tables>, dialect: Dialect, outbox: Outbox) {
    this.#db = db;
    this.#dialect = dialect;
    this.#outbox = outbox;
  }

  /**
   * Makes an empty batch that takes images until `idleMs` have passed without a new one. Rejects with `KeyTaken` when
   * the request was answered before.
   */
  async open(batch: OpenBatch, request?: UniqueRequest): Promise<void> {
    const insert = (db: Kysely<Tables>) =>
      db
        .insertInto("batches")
        .values(({ eb }) => ({
          id: batch.id,
          preset: batch.preset,
          preset_version: batch.presetVersion,
          transforms: JSON.stringify(batch.transforms),
          callback_url: batch.callbackUrl ?? null,
          client: batch.client ?? null,
          created_at: this.#dialect.now,
          closes_at: eb(this.#dialect.now, "+", batch.idleMs),
        }))
        .execute();
    const answer = { imageId: null, batchId: batch.id, wasFound: true, total: 0, failed: 0 };
    if (request) await withAnswer(this.#db, this.#dialect, { request, answer }, insert);
    else await insert(this.#db);
  }

  async find(id: string): Promise<BatchRecord | "gone" | undefined> {
    const selecting = this.#selecting().where("id", "=", id);
    const row = await repeatable(() => selecting.executeTakeFirst());
    if (!row) return undefined;
    return row.deleted_at === null ? (await this.#withCounts([row]))[0] : "gone";
  }

  /** As `find`, for each upload into a batch: its images, which may be many by then, are not counted. */
  async findUncounted(id: string): Promise<UncountedBatch | "gone" | undefined> {
    const selecting = this.#selecting().where("id", "=", id);
    const row = await repeatable(() => selecting.executeTakeFirst());
    return row && (row.deleted_at === null ? toUncountedBatch(row) : "gone");
  }

  /** Newest first, tombstones hidden. `invalid_request` for a cursor that is not of ours. */
  async list({ status, limit, cursor }: BatchFilter): Promise<Page<BatchRecord>> {
    let query = this.#selecting().where("deleted_at", "is", null);
    if (status !== undefined) query = query.where(statusIs(status, this.#dialect.now));
    if (cursor !== undefined) query = query.where("id", "<", idOfCursor(cursor));
    const selecting = query.orderBy("id", "desc").limit(limit + 1);
    const rows = await repeatable(() => selecting.execute());
    return toPage(await this.#withCounts(rows), limit);
  }

  /** From now on it takes no more images. `false`: it did not before. */
  async close(id: string): Promise<boolean> {
    const { numUpdatedRows } = await this.#db
      .updateTable("batches")
      .set({ closes_at: this.#dialect.now })
      .where("id", "=", id)
      .where("closes_at", ">", this.#dialect.now)
      .executeTakeFirstOrThrow();
    return numUpdatedRows > 0n;
  }

  /**
   * Ends the batch when it is closed and all of its images are final. `true` exactly once for each end, so that one
   * caller tells the world. To be called after the commit that made an image final, never within: of two last
   * images that commit together, each would see the other unfinished.
   *
   * It looks first and writes then, if the generation is still the one that was seen. In one statement PostgreSQL
   * would, after having waited for a retry's lock on the row, judge the images as they were before that retry.
   */
  async finishIfOver(id: string): Promise<boolean> {
    const looking = this.#over().select(["generation", "callback_url", "client"]).where("id", "=", id);
    // Asked after each image of the batch, and mostly answered: not yet.
    const seen = await repeatable(() => looking.executeTakeFirst());
    if (!seen) return false;
    const { generation, callback_url: url, client } = seen;
    if (url === null) return (await this.#finish(this.#db, id, generation)) !== undefined;
    return await inTransaction(this.#db, async (transaction) => {
      const row = await this.#finish(transaction, id, generation);
      if (!row) return false;
      const counts = await countImages(transaction, [id]);
      const record = toBatchRecord({ ...row, is_open: 0 }, counts.get(id));
      await this.#outbox.addBatch(transaction, record, { url, client });
      return true;
    });
  }

  /** A delete changes no generation, and takes what was to be told of the batch with it: hence the tombstone. */
  #finish(db: Kysely<Tables>, id: string, generation: number) {
    return db
      .updateTable("batches")
      .set({ finished_at: this.#dialect.now })
      .where("id", "=", id)
      .where("generation", "=", generation)
      .where("finished_at", "is", null)
      .where("deleted_at", "is", null)
      .returningAll()
      .executeTakeFirst();
  }

  /** Batches that are over and do not say so: the worker that should have ended them died, or their hour is over. */
  async overButOpen(limit: number): Promise<string[]> {
    const selecting = this.#over().select("id").limit(limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(({ id }) => id);
  }

  /** Its end was told: it is not told again until it ends again. */
  async announced(id: string): Promise<void> {
    const marking = this.#db
      .updateTable("batches")
      .set({ announced_at: this.#dialect.now })
      .where("id", "=", id)
      .where("finished_at", "is not", null);
    await repeatable(() => marking.execute());
  }

  /** Batches that ended longer ago than this and whose end was not told: who wrote it died before it could. */
  async endedUntold(olderThanMs: number, limit: number): Promise<string[]> {
    const selecting = this.#db
      .selectFrom("batches")
      .select("id")
      .where("finished_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs))
      .where("finished_at", "is not", null)
      .where("announced_at", "is", null)
      .where("deleted_at", "is", null)
      .limit(limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(({ id }) => id);
  }

  /**
   * Cancels those of its images that are not final, and takes no more; returns their ids. `undefined`: there is
   * none, or it is over or cancelled already, and stays as it is.
   */
  async cancel(id: string): Promise<string[] | undefined> {
    return await inTransaction(this.#db, async (transaction) => {
      const { now } = this.#dialect;
      const { numUpdatedRows } = await transaction
        .updateTable("batches")
        // Closed for good: a retry takes the cancellation back, and must not open it again.
        .set({ cancelled_at: now, closes_at: null })
        .where("id", "=", id)
        .where("cancelled_at", "is", null)
        .where("finished_at", "is", null)
        .where("deleted_at", "is", null)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return undefined;
      return await this.#outbox.endImages(transaction, (db) =>
        cancelling(db, now).where("batch_id", "=", id),
      );
    });
  }

  /**
   * Queues its failed images once more, as `ImageRepository.retry` does one, but those whose file was refused and
   * not kept. Returns how many.
   */
  async retry(id: string): Promise<number> {
    return await inTransaction(this.#db, (transaction) => retryFailed(transaction, this.#dialect, id));
  }

  #over() {
    return this.#db
      .selectFrom("batches")
      .where("finished_at", "is", null)
      .where("deleted_at", "is", null)
      .where((eb) => eb.or([eb("cancelled_at", "is not", null), isClosed(eb, this.#dialect.now)]))
      .where(allImagesFinal);
  }

  #selecting() {
    return this.#db
      .selectFrom("batches")
      .selectAll()
      .select(sql<number>`case when closes_at > ${this.#dialect.now} then 1 else 0 end`.as("is_open"));
  }

  async #withCounts(rows: readonly BatchRow[]): Promise<BatchRecord[]> {
    const ids = rows.map(({ id }) => id);
    const counts = await repeatable(() => countImages(this.#db, ids));
    return rows.map((row) => toBatchRecord(row, counts.get(row.id)));
  }
}

function allImagesFinal({ not, exists, selectFrom }: ExpressionBuilder<Tables, "batches">) {
  return not(
    exists(
      selectFrom("images")
        .select("images.id")
        .whereRef("images.batch_id", "=", "batches.id")
        .where("images.status", "in", unfinishedStatuses)
        .where("images.deleted_at", "is", null),
    ),
  );
}
