import { type Kysely, sql } from "kysely";
import { PixmillError } from "../errors.ts";
import type { Dialect } from "./dialect.ts";
import type { ImageRecord, NewBatch, NewImage } from "./image-record.ts";
import { newRecord, toDate, toNewRow } from "./image-row.ts";
import type { Outbox } from "./outbox.ts";
import { inTransaction } from "./repeat.ts";
import type { Tables } from "./tables.ts";
import { nextSingleTurn, nextTurn, singleCharge, virtualNow } from "./virtual-time.ts";

/**
 * Rows a statement: few enough that building it and running it in SQLite, on the thread of everything else, takes some
 * milliseconds; enough that PostgreSQL is not asked for each.
 */
const chunkSize = 100;

/** Inserts images that are in no batch. One is one statement, a transaction of its own: one round trip. */
export async function insertSingles(
  db: Kysely<Tables>,
  dialect: Dialect,
  outbox: Outbox,
  images: readonly NewImage[],
): Promise<ImageRecord[]> {
  const turn = nextSingleTurn(dialect);
  const [image, ...more] = images;
  if (image && more.length === 0 && !isBornFinal(image)) {
    const row = await db
      .insertInto("images")
      .values(toNewRow(image, turn, dialect.now))
      .returning(["turn", "created_at"])
      .executeTakeFirstOrThrow();
    return [newRecord(image, row.turn, toDate(row.created_at))];
  }
  return await inTransaction(db, async (transaction) => {
    const first = await transaction.selectNoFrom(turn.as("turn")).executeTakeFirstOrThrow();
    const turns = turnsFrom(
      first.turn,
      images.map(({ cost }) => singleCharge(cost)),
    );
    return await insertFlow(transaction, dialect, outbox, images, turns);
  });
}

/** Inserts a batch and its images in one commit. */
export async function insertBatch(
  db: Kysely<Tables>,
  dialect: Dialect,
  outbox: Outbox,
  images: readonly NewImage[],
  { id, preset, presetVersion = null, callbackUrl = null, client = null }: NewBatch,
): Promise<ImageRecord[]> {
  return await inTransaction(db, async (transaction) => {
    const { virtual_finish } = await transaction
      .insertInto("batches")
      .values({
        id,
        preset,
        preset_version: presetVersion,
        callback_url: callbackUrl,
        client,
        created_at: dialect.now,
        virtual_finish: sql<number>`${virtualNow} + ${sql.lit(costOf(images))}`,
      })
      .returning("virtual_finish")
      .executeTakeFirstOrThrow();
    return await insertFlow(transaction, dialect, outbox, images, turnsUpTo(virtual_finish, images));
  });
}

/**
 * Adds images to an open batch in one commit, and puts its closing off to `idleMs` from now. Rejects with
 * `invalid_request` when there is no such batch, with `already_final` when it takes no more.
 */
export async function addToBatch(
  db: Kysely<Tables>,
  dialect: Dialect,
  outbox: Outbox,
  images: readonly NewImage[],
  { id, idleMs }: { readonly id: string; readonly idleMs: number },
): Promise<ImageRecord[]> {
  return await inTransaction(db, async (transaction) => {
    const batch = await transaction
      .updateTable("batches")
      .set((eb) => ({
        closes_at: eb(dialect.now, "+", idleMs),
        generation: eb("generation", "+", 1),
        virtual_finish: sql<number>`${nextTurn(dialect, sql.ref("virtual_finish"))} + ${sql.lit(costOf(images))}`,
      }))
      .where("id", "=", id)
      .where("closes_at", ">", dialect.now)
      .where("finished_at", "is", null)
      .where("cancelled_at", "is", null)
      .where("deleted_at", "is", null)
      .returning("virtual_finish")
      .executeTakeFirst();
    if (!batch) throw (await isKnown(transaction, id)) ? batchIsClosed() : noSuchBatch();
    return await insertFlow(transaction, dialect, outbox, images, turnsUpTo(batch.virtual_finish, images));
  });
}

async function isKnown(db: Kysely<Tables>, id: string): Promise<boolean> {
  const known = db.selectFrom("batches").select("id").where("id", "=", id).where("deleted_at", "is", null);
  return (await known.executeTakeFirst()) !== undefined;
}

/** Why an image cannot be added to the batch that it names. */
export function noSuchBatch(): PixmillError {
  const message = 'is of no batch; make one with POST /v1/batches and {"open": true}';
  return new PixmillError("invalid_request", {
    detail: `batchId: ${message}.`,
    fields: [{ field: "batchId", message }],
  });
}

export function batchIsClosed(): PixmillError {
  return new PixmillError("already_final", { detail: "The batch is closed: it takes no more images." });
}

async function insertFlow(
  db: Kysely<Tables>,
  dialect: Dialect,
  outbox: Outbox,
  images: readonly NewImage[],
  turns: readonly number[],
): Promise<ImageRecord[]> {
  const records: ImageRecord[] = [];
  for (let start = 0; start < images.length; start += chunkSize) {
    const chunk = images.slice(start, start + chunkSize);
    const turnOf = (index: number) => turns[start + index] ?? 0;
    const { created_at } = await db
      .insertInto("images")
      .values(chunk.map((image, index) => toNewRow(image, turnOf(index), dialect.now)))
      .returning("created_at")
      .executeTakeFirstOrThrow();
    const createdAt = toDate(created_at);
    records.push(...chunk.map((image, index) => newRecord(image, turnOf(index), createdAt)));
  }
  const bornFinal = records.filter(isBornFinal);
  if (bornFinal.length > 0) await outbox.addImages(db, bornFinal);
  return records;
}

/** Somebody is to be told that it has failed. */
function isBornFinal({
  error,
  callbackUrl,
}: Pick<ImageRecord, "callbackUrl"> & { readonly error?: unknown }): boolean {
  return Boolean(error) && callbackUrl !== null;
}

/** Of a batch whose work ends at `finish` with these images. */
function turnsUpTo(finish: number, images: readonly NewImage[]): number[] {
  return turnsFrom(
    finish - costOf(images),
    images.map(({ cost }) => cost),
  );
}

function turnsFrom(first: number, steps: readonly number[]): number[] {
  let next = first;
  return steps.map((step) => {
    next += step;
    return next - step;
  });
}

function costOf(images: readonly NewImage[]): number {
  return images.reduce((sum, { cost }) => sum + cost, 0);
}
