import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord } from "./image-record.ts";
import { toRecord } from "./image-row.ts";
import { inTransaction, repeatable } from "./repeat.ts";
import { unfinishedStatuses } from "./status-change.ts";
import type { Tables } from "./tables.ts";

/**
 * Deletes, in two halves, because blobs and rows cannot go in one commit: buried, a thing is gone for everybody; when
 * its blobs are gone too, a bare tombstone stays for a while, so that its id is answered with `gone`.
 */
export class TombstoneRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  /**
   * Whoever works on the image has lost it. The record says which blobs must go before `emptyImage`. `undefined`:
   * there is none, or it was buried before.
   */
  async buryImage(id: string): Promise<ImageRecord | undefined> {
    const row = await burying(this.#db, this.#dialect).where("id", "=", id).returningAll().executeTakeFirst();
    return row && toRecord(row);
  }

  /**
   * All of its images at once; what webhooks were to say of them goes too. Returns the ids of those that were not
   * final. `undefined`: there is no such batch, or it was buried before.
   */
  async buryBatch(id: string): Promise<string[] | undefined> {
    return await inTransaction(this.#db, async (transaction) => {
      const { numUpdatedRows } = await transaction
        .updateTable("batches")
        .set({ deleted_at: this.#dialect.now, closes_at: null })
        .where("id", "=", id)
        .where("deleted_at", "is", null)
        .executeTakeFirstOrThrow();
      if (numUpdatedRows === 0n) return undefined;
      const unfinished = await transaction
        .selectFrom("images")
        .select("id")
        .where("batch_id", "=", id)
        .where("status", "in", unfinishedStatuses)
        .where("deleted_at", "is", null)
        .execute();
      await burying(transaction, this.#dialect).where("batch_id", "=", id).execute();
      await transaction.deleteFrom("deliveries").where("batch_id", "=", id).execute();
      return unfinished.map((row) => row.id);
    });
  }

  /**
   * When the blobs are gone: leaves a bare tombstone, from which nothing can be learnt. What its webhooks said of the
   * image goes too, sent or not: there is nothing left to collect.
   */
  async emptyImage(id: string): Promise<void> {
    const forgetting = this.#db.deleteFrom("deliveries").where("image_id", "=", id);
    await repeatable(() => forgetting.execute());
    const emptying = this.#db
      .updateTable("images")
      .set({
        emptied_at: this.#dialect.now,
        filename: "",
        preset: null,
        preset_version: null,
        metadata: "{}",
        batch_id: null,
        callback_url: null,
        client: null,
        source_url: null,
        source_origin: null,
        fetch_at: null,
        original: null,
        transforms: "[]",
        variants: "[]",
        placeholder: null,
        error: null,
        worker: null,
        finished_at: null,
      })
      .where("id", "=", id)
      .where("deleted_at", "is not", null);
    await repeatable(() => emptying.execute());
  }

  /** Images whose delete stopped between its halves, oldest burial first. */
  async buriedWithBlobs(limit: number): Promise<ImageRecord[]> {
    const selecting = this.#db
      .selectFrom("images")
      .selectAll()
      .where("deleted_at", "is not", null)
      .where("emptied_at", "is", null)
      .orderBy("deleted_at")
      .limit(limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(toRecord);
  }

  /** Forgets the bare tombstones of images that were buried longer ago than this. Returns how many. */
  async purgeImages(olderThanMs: number): Promise<number> {
    const deleting = this.#db
      .deleteFrom("images")
      .where("emptied_at", "is not", null)
      .where("deleted_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs));
    const { numDeletedRows } = await repeatable(() => deleting.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }

  /** Forgets the batches that were buried longer ago than this and whose images are empty. Returns how many. */
  async purgeBatches(olderThanMs: number): Promise<number> {
    const deleting = this.#db
      .deleteFrom("batches")
      .where("deleted_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs))
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom("images").select("images.id").whereRef("batch_id", "=", "batches.id"))),
      );
    const { numDeletedRows } = await repeatable(() => deleting.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }
}

/** Of the images that are not buried yet. */
function burying(db: Kysely<Tables>, dialect: Dialect) {
  return db
    .updateTable("images")
    .set((eb) => ({
      deleted_at: dialect.now,
      attempt: eb("attempt", "+", 1),
      revision: eb("revision", "+", 1),
      lease_until: null,
    }))
    .where("deleted_at", "is", null);
}
