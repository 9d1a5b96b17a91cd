import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord, NewBatch, NewImage } from "./image-record.ts";
import { newRecord, toDate, toNewRow } from "./image-row.ts";
import type { Outbox } from "./outbox.ts";
import { inTransaction } from "./repeat.ts";
import type { Tables } from "./tables.ts";

/** Rows a statement: 500 rows of 13 values stay well under both databases' limits of 32,766 and 65,535. */
const chunkSize = 500;

/** Inserts images, and their batch when one is given, in one commit. */
export async function insertImages(
  db: Kysely<Tables>,
  dialect: Dialect,
  outbox: Outbox,
  images: readonly NewImage[],
  batch?: NewBatch,
): Promise<ImageRecord[]> {
  // One statement is a transaction of its own: the usual upload costs one round trip.
  const bornFinal = images.some(({ error, callbackUrl }) => error && callbackUrl !== null);
  if (!batch && !bornFinal && images.length <= chunkSize) return await insertChunk(db, dialect, images);
  return await inTransaction(db, async (transaction) => {
    if (batch) {
      await transaction
        .insertInto("batches")
        .values({
          id: batch.id,
          preset: batch.preset,
          callback_url: batch.callbackUrl ?? null,
          created_at: dialect.now,
        })
        .execute();
    }
    const records: ImageRecord[] = [];
    for (let start = 0; start < images.length; start += chunkSize) {
      const chunk = images.slice(start, start + chunkSize);
      records.push(...(await insertChunk(transaction, dialect, chunk)));
    }
    if (bornFinal)
      await outbox.addImages(
        transaction,
        records.filter(({ error }) => error),
      );
    return records;
  });
}

async function insertChunk(
  db: Kysely<Tables>,
  dialect: Dialect,
  images: readonly NewImage[],
): Promise<ImageRecord[]> {
  if (images.length === 0) return [];
  const { created_at } = await db
    .insertInto("images")
    .values(images.map((image) => toNewRow(image, dialect.now)))
    .returning("created_at")
    .executeTakeFirstOrThrow();
  const createdAt = toDate(created_at);
  return images.map((image) => newRecord(image, createdAt));
}
