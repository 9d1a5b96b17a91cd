import type { InsertObject, Kysely } from "kysely";
import { newDeliveryId } from "./delivery-id.ts";
import type { Dialect } from "./dialect.ts";
import type { BatchRecord, ImageRecord } from "./image-record.ts";
import { type ImageRow, toRecord } from "./image-row.ts";
import { inTransaction } from "./repeat.ts";
import type { changeStatus } from "./status-change.ts";
import type { Tables } from "./tables.ts";

/** How images and batches look to those who are told that they have ended. */
export interface Views {
  image(record: ImageRecord): unknown;
  batch(record: BatchRecord): unknown;
}

/**
 * Rows a statement: all of a batch of ten thousand would be more values than the databases take (32,766 and 65,535),
 * one by one ten thousand round trips in a transaction that holds its locks.
 */
const chunkSize = 500;

type Ending = (db: Kysely<Tables>) => ReturnType<typeof changeStatus>;

/**
 * The deliveries that final states cause, written in the same commit: whoever reads that an image is final can
 * rely on its webhook, and no webhook tells of a state that never was.
 */
export class Outbox {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;
  readonly #views: Views;

  constructor(db: Kysely<Tables>, dialect: Dialect, views: Views) {
    this.#db = db;
    this.#dialect = dialect;
    this.#views = views;
  }

  /** Makes one image final. `undefined`: the row was not in a state, or an attempt, to be ended. */
  async endImage(ending: Ending): Promise<ImageRow | undefined> {
    // Most images are called back by nobody, and one statement is a commit of its own.
    const silent = await ending(this.#db).where("callback_url", "is", null).returningAll().executeTakeFirst();
    if (silent) return silent;
    return await inTransaction(this.#db, async (transaction) => {
      const [row] = await this.#endCallers(transaction, ending);
      return row;
    });
  }

  /** Makes many images final, within a transaction. Returns their ids, oldest first. */
  async endImages(transaction: Kysely<Tables>, ending: Ending): Promise<string[]> {
    const silent = await ending(transaction).where("callback_url", "is", null).returning("id").execute();
    const callers = await this.#endCallers(transaction, ending);
    return [...silent, ...callers].map(({ id }) => id).sort();
  }

  async #endCallers(transaction: Kysely<Tables>, ending: Ending): Promise<ImageRow[]> {
    const rows = await ending(transaction).where("callback_url", "is not", null).returningAll().execute();
    await this.addImages(transaction, rows.map(toRecord));
    return rows;
  }

  /** The deliveries of images that the same transaction made final; nothing for those without a callback. */
  async addImages(transaction: Kysely<Tables>, records: readonly ImageRecord[]): Promise<void> {
    const called = records.filter(({ callbackUrl }) => callbackUrl !== null);
    for (let start = 0; start < called.length; start += chunkSize) {
      const rows = called.slice(start, start + chunkSize).map((record) =>
        this.#row({
          type: `image.${record.status}`,
          url: record.callbackUrl ?? "",
          client: record.client,
          imageId: record.id,
          batchId: record.batchId,
          at: record.finishedAt,
          data: this.#views.image(record),
        }),
      );
      await transaction.insertInto("deliveries").values(rows).execute();
    }
  }

  /** The delivery of a batch that the same transaction ended. */
  async addBatch(
    transaction: Kysely<Tables>,
    record: BatchRecord,
    to: Pick<Message, "url" | "client">,
  ): Promise<void> {
    const { id: batchId, finishedAt: at } = record;
    const data = this.#views.batch(record);
    const row = this.#row({ ...to, type: "batch.done", imageId: null, batchId, at, data });
    await transaction.insertInto("deliveries").values(row).execute();
  }

  #row({ type, url, client, imageId, batchId, at, data }: Message): InsertObject<Tables, "deliveries"> {
    const { now } = this.#dialect;
    return {
      id: newDeliveryId(),
      image_id: imageId,
      batch_id: batchId,
      type,
      url,
      client,
      receiver: new URL(url).origin,
      payload: JSON.stringify({ type, timestamp: at?.toISOString(), data }),
      status: "pending",
      created_at: now,
      pending_since: now,
      next_at: now,
    };
  }
}

interface Message {
  readonly type: string;
  readonly url: string;
  readonly client: string | null;
  readonly imageId: string | null;
  readonly batchId: string | null;
  readonly at: Date | null;
  readonly data: unknown;
}
