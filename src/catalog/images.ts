import { type Kysely, sql } from "kysely";
import { isImageId } from "../image/image-id.ts";
import type { ImageStatus } from "../image/status.ts";
import type { Transform } from "../image/transform.ts";
import { addToBatch, insertBatch, insertSingles } from "./accept.ts";
import { type UniqueRequest, withAnswer } from "./answers.ts";
import { type BatchResult, selectResults } from "./batch-results.ts";
import { idOfCursor, type Page, toPage } from "./cursor.ts";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord, NewBatch, NewImage } from "./image-record.ts";
import { toRecord } from "./image-row.ts";
import type { Outbox } from "./outbox.ts";
import { inTransaction, repeatable } from "./repeat.ts";
import { type Statistics, selectStatistics } from "./statistics.ts";
import { cancelling, changeStatus, literal } from "./status-change.ts";
import type { Tables } from "./tables.ts";
import { cleanRecord, reopenBatch, retriedVariants } from "./trying-again.ts";
import { nextSingleTurn, nextTurn, singleCharge } from "./virtual-time.ts";

export interface ImageFilter {
  readonly status?: ImageStatus | undefined;
  readonly batchId?: string | undefined;
  readonly limit: number;
  readonly cursor?: string | undefined;
}

/** Images as people see and change them. What workers do to them is in `claims.ts`. */
export class ImageRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #outbox: Outbox;

  constructor(db: Kysely<Tables>, dialect: Dialect, outbox: Outbox) {
    this.#db = db;
    this.#dialect = dialect;
    this.#outbox = outbox;
  }

  /**
   * All of them, and the batch when it is a new one, in one commit; when this resolves, a 202 may be sent. Rejects
   * with `KeyTaken` when the request was answered before.
   */
  async accept(
    images: readonly NewImage[],
    batch?: NewBatch,
    request?: UniqueRequest,
  ): Promise<ImageRecord[]> {
    const insert = (db: Kysely<Tables>) =>
      batch
        ? insertBatch(db, this.#dialect, this.#outbox, images, batch)
        : insertSingles(db, this.#dialect, this.#outbox, images);
    if (!request) return await insert(this.#db);
    const answer = { ...answerOf(images, batch?.id), wasFound: false };
    return await withAnswer(this.#db, this.#dialect, { request, answer }, insert);
  }

  /**
   * As `accept`, into an open batch, whose closing is put off to `idleMs` from now. Rejects with `invalid_request`
   * when there is no such batch, with `already_final` when it is closed. `alone`: the answer is the image.
   */
  async addTo(
    batch: { readonly id: string; readonly idleMs: number; readonly alone?: boolean },
    images: readonly NewImage[],
    request?: UniqueRequest,
  ): Promise<ImageRecord[]> {
    const insert = (db: Kysely<Tables>) => addToBatch(db, this.#dialect, this.#outbox, images, batch);
    if (!request) return await insert(this.#db);
    const { id, alone = false } = batch;
    // The batch was there before, so it is answered as it has become; the image as it was accepted.
    const answer = { ...answerOf(images, alone ? undefined : id), wasFound: !alone };
    return await withAnswer(this.#db, this.#dialect, { request, answer }, insert);
  }

  /**
   * The newest image that was made, or will be, of an original with these bytes by the same transforms; none of whose
   * variants failed for a reason that can pass: who asks again may get what it lacks.
   */
  async findTwin(sha256: string, transforms: readonly Transform[]): Promise<ImageRecord | undefined> {
    const selecting = this.#db
      .selectFrom("images")
      .selectAll()
      .where(this.#dialect.sha256, "=", sha256)
      .where("original", "is not", null)
      .where("deleted_at", "is", null)
      .where("status", "in", ["queued", "processing", "done"])
      .where("transforms", "=", JSON.stringify(transforms))
      .where("variants", "not like", '%"retryable":true%')
      .orderBy("id", "desc")
      .limit(1);
    const row = await repeatable(() => selecting.executeTakeFirst());
    return row && toRecord(row);
  }

  async find(id: string): Promise<ImageRecord | "gone" | undefined> {
    const selecting = this.#db.selectFrom("images").selectAll().where("id", "=", id);
    const row = await repeatable(() => selecting.executeTakeFirst());
    return row && (row.deleted_at === null ? toRecord(row) : "gone");
  }

  /** Those of these images that there are and that are not deleted, by their ids. At most some hundred at a time. */
  async findAll(ids: readonly string[]): Promise<ImageRecord[]> {
    if (ids.length === 0) return [];
    const selecting = this.#db
      .selectFrom("images")
      .selectAll()
      .where("id", "in", ids)
      .where("deleted_at", "is", null)
      .orderBy("id");
    const rows = await repeatable(() => selecting.execute());
    return rows.map(toRecord);
  }

  /** As `find`, for many at once; what the catalog does not know is missing. At most some hundred at a time. */
  async findEach(ids: readonly string[]): Promise<ReadonlyMap<string, ImageRecord | "gone">> {
    if (ids.length === 0) return new Map();
    const selecting = this.#db.selectFrom("images").selectAll().where("id", "in", ids);
    const rows = await repeatable(() => selecting.execute());
    return new Map(rows.map((row) => [row.id, row.deleted_at === null ? toRecord(row) : "gone"]));
  }

  /** Which of these ids the catalog knows, tombstones included. At most some hundred at a time. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const selecting = this.#db.selectFrom("images").select("id").where("id", "in", ids);
    const rows = await repeatable(() => selecting.execute());
    return new Set(rows.map(({ id }) => id));
  }

  /**
   * Newest first, tombstones hidden; a `batchId` that is no id has no images. `invalid_request` for a cursor that is
   * not of ours.
   */
  async list(filter: ImageFilter): Promise<Page<ImageRecord>> {
    const { status, batchId, limit, cursor } = filter;
    let query = this.#db.selectFrom("images").selectAll().where("deleted_at", "is", null);
    if (status !== undefined) query = query.where("status", "=", literal(status));
    if (batchId !== undefined) query = query.where("batch_id", "=", batchId);
    if (cursor !== undefined) query = query.where("id", "<", idOfCursor(cursor));
    // What is no id does not come to the database: PostgreSQL takes no NUL in a text.
    if (batchId !== undefined && !isImageId(batchId)) return toPage([], limit);
    const selecting = query.orderBy("id", "desc").limit(limit + 1);
    const rows = await repeatable(() => selecting.execute());
    return toPage(rows.map(toRecord), limit);
  }

  /** The first `limit` images of a batch in the order of their submission, tombstones hidden. */
  async firstOfBatch(batchId: string, limit: number): Promise<ImageRecord[]> {
    const selecting = this.#db
      .selectFrom("images")
      .selectAll()
      .where("batch_id", "=", batchId)
      .where("deleted_at", "is", null)
      .orderBy("id")
      .limit(limit);
    const rows = await repeatable(() => selecting.execute());
    return rows.map(toRecord);
  }

  /** What can be collected of a batch, in the order of submission, after the image of the page before. */
  async resultsOfBatch(
    batchId: string,
    page: { readonly after?: string | undefined; readonly limit: number },
  ): Promise<BatchResult[]> {
    return await repeatable(() => selectResults(this.#db, batchId, page));
  }

  /** `undefined`: there is none, or it is final already. Whoever works on it loses the fence. */
  async cancel(id: string): Promise<ImageRecord | undefined> {
    const row = await this.#outbox.endImage((db) => cancelling(db, this.#dialect.now).where("id", "=", id));
    return row && toRecord(row);
  }

  /**
   * Queues a failed or cancelled image once more, with a clean record: a new generation, no strikes, its failed
   * variants pending again. Those that are ready stay. Its batch is no longer over, or cancelled, and pays for it;
   * alone it is one more single upload.
   * `undefined`: there is none, or it is in another state.
   */
  async retry(id: string): Promise<ImageRecord | undefined> {
    const seen = await this.find(id);
    if (seen === undefined || seen === "gone") return undefined;
    const variants = retriedVariants(seen.variants);
    // In its from-states an image changes only by a retry or a delete: when the revision is another, one of
    // them came first.
    const retrying = (db: Kysely<Tables>) =>
      changeStatus(db, "retry")
        .set((eb) => ({
          generation: eb("generation", "+", 1),
          turn:
            seen.batchId === null ? nextSingleTurn(this.#dialect) : nextTurn(this.#dialect, finishOfBatch),
          charge: seen.batchId === null ? singleCharge(seen.cost) : null,
          variants: JSON.stringify(variants),
          fetch_at: seen.original === null && seen.sourceUrl !== null ? this.#dialect.now : null,
          ...cleanRecord(this.#dialect),
        }))
        .where("id", "=", id)
        .where("revision", "=", seen.revision)
        .returningAll()
        .executeTakeFirst();
    const { batchId } = seen;
    const row = await inTransaction(this.#db, async (transaction) => {
      const retried = await retrying(transaction);
      if (retried && batchId !== null) await reopenBatch(transaction, this.#dialect, batchId, retried.cost);
      return retried;
    });
    return row && toRecord(row);
  }

  async statistics(): Promise<Statistics> {
    return await repeatable(() => selectStatistics(this.#db, this.#dialect));
  }
}

/** Where the work of an image's batch ends. */
const finishOfBatch = sql<number>`coalesce((select virtual_finish from batches where id = batch_id), 0)`;

function answerOf(images: readonly NewImage[], batchId: string | undefined) {
  return {
    imageId: batchId === undefined ? (images[0]?.id ?? null) : null,
    batchId: batchId ?? null,
    total: images.length,
    failed: images.filter(({ error }) => error).length,
  };
}
