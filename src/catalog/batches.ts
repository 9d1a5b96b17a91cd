import type { ExpressionBuilder, Kysely, Selectable } from "kysely";
import { idOfCursor, type Page, toPage } from "./cursor.ts";
import type { Dialect } from "./dialect.ts";
import type { BatchRecord } from "./image-record.ts";
import { toDate, toDateOrNull } from "./image-row.ts";
import type { Outbox } from "./outbox.ts";
import { inTransaction, repeatable } from "./repeat.ts";
import { cancelling, unfinishedStatuses } from "./status-change.ts";
import type { BatchesTable, Tables } from "./tables.ts";

/** Batches. They are made by `ImageRepository.accept`, in the same commit as their images. */
export class BatchRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #outbox: Outbox;

  constructor(db: Kysely<Tables>, dialect: Dialect, outbox: Outbox) {
    this.#db = db;
    this.#dialect = dialect;
    this.#outbox = outbox;
  }

  async find(id: string): Promise<BatchRecord | undefined> {
    const selecting = this.#db.selectFrom("batches").selectAll().where("id", "=", id);
    const row = await repeatable(() => selecting.executeTakeFirst());
    return row && (await this.#withCounts([row]))[0];
  }

  /** Newest first. `invalid_request` for a cursor that is not of ours. */
  async list(page: {
    readonly limit: number;
    readonly cursor?: string | undefined;
  }): Promise<Page<BatchRecord>> {
    let query = this.#db.selectFrom("batches").selectAll();
    if (page.cursor !== undefined) query = query.where("id", "<", idOfCursor(page.cursor));
    const selecting = query.orderBy("id", "desc").limit(page.limit + 1);
    const rows = await repeatable(() => selecting.execute());
    return toPage(await this.#withCounts(rows), page.limit);
  }

  /**
   * Ends the batch when all of its images are final. `true` exactly once in its life, so that one caller tells
   * the world. To be called after the commit that made an image final, never within: of two last images that
   * commit together, each would see the other unfinished.
   */
  async finishIfOver(id: string): Promise<boolean> {
    const looking = this.#db
      .selectFrom("batches")
      .select("callback_url")
      .where("id", "=", id)
      .where("finished_at", "is", null)
      .where(allImagesFinal);
    // Asked after each image of the batch, and mostly answered: not yet.
    const over = await repeatable(() => looking.executeTakeFirst());
    if (!over) return false;
    if (over.callback_url === null) return (await this.#finish(this.#db, id)) !== undefined;
    const url = over.callback_url;
    return await inTransaction(this.#db, async (transaction) => {
      const row = await this.#finish(transaction, id);
      if (!row) return false;
      for (const batch of await this.#withCounts([row], transaction)) {
        await this.#outbox.addBatch(transaction, batch, url);
      }
      return true;
    });
  }

  #finish(db: Kysely<Tables>, id: string) {
    return db
      .updateTable("batches")
      .set({ finished_at: this.#dialect.now })
      .where("id", "=", id)
      .where("finished_at", "is", null)
      .where(allImagesFinal)
      .returningAll()
      .executeTakeFirst();
  }

  /** Batches that are over and do not say so, because the worker that should have ended them died first. */
  async overButOpen(limit: number): Promise<string[]> {
    const selecting = this.#db
      .selectFrom("batches")
      .select("id")
      .where("finished_at", "is", null)
      .where(allImagesFinal)
      .limit(limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(({ id }) => id);
  }

  /** Cancels those of its images that are not final; returns how many. A batch that is over stays as it is. */
  async cancel(id: string): Promise<number> {
    return await inTransaction(this.#db, async (transaction) => {
      await transaction
        .updateTable("batches")
        .set({ cancelled_at: this.#dialect.now })
        .where("id", "=", id)
        .where("cancelled_at", "is", null)
        .where("finished_at", "is", null)
        .execute();
      return await this.#outbox.endImages(transaction, (db) =>
        cancelling(db, this.#dialect.now).where("batch_id", "=", id),
      );
    });
  }

  async #withCounts(rows: readonly Selectable<BatchesTable>[], db = this.#db): Promise<BatchRecord[]> {
    if (rows.length === 0) return [];
    const counting = db
      .selectFrom("images")
      .select(({ fn }) => ["batch_id", "status", fn.countAll<number>().as("count")])
      .where(
        "batch_id",
        "in",
        rows.map((row) => row.id),
      )
      .where("deleted_at", "is", null)
      .groupBy(["batch_id", "status"]);
    const groups = await repeatable(() => counting.execute());
    const counts = new Map(rows.map((row) => [row.id, noImages()]));
    for (const { batch_id, status, count } of groups) {
      const ofBatch = counts.get(batch_id ?? "");
      if (!ofBatch) continue;
      ofBatch[status] = Number(count);
      ofBatch.total += Number(count);
    }
    return rows.map((row) => ({
      id: row.id,
      preset: row.preset,
      createdAt: toDate(row.created_at),
      finishedAt: toDateOrNull(row.finished_at),
      cancelledAt: toDateOrNull(row.cancelled_at),
      counts: counts.get(row.id) ?? noImages(),
    }));
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

function noImages() {
  return { total: 0, queued: 0, processing: 0, done: 0, failed: 0, cancelled: 0 };
}
