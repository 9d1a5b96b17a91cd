import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import { inTransaction, repeatable } from "./repeat.ts";
import type { Tables } from "./tables.ts";

/** A request that shall be answered once, however often it comes. */
export interface UniqueRequest {
  /** Of the key that its client chose and of whose key that is. */
  readonly hash: string;
  /** Of what it asks for. */
  readonly fingerprint: string;
  /** An answer that was given longer ago is forgotten. Milliseconds. */
  readonly lifetimeMs: number;
}

/** What the first request under a key was answered with: an image, or a batch as it was then. */
export interface Answer {
  readonly fingerprint: string;
  readonly imageId: string | null;
  readonly batchId: string | null;
  /** The image was there before, and the answer was what it had become by then. */
  readonly wasFound: boolean;
  readonly total: number;
  readonly failed: number;
}

export type NewAnswer = Omit<Answer, "fingerprint">;

/** Another request with the same key was answered first; of the one that meets this, nothing was written. */
export class KeyTaken extends Error {
  override readonly name = "KeyTaken";
}

/** The answers that were given under an `Idempotency-Key`. Those of new images are written with them. */
export class AnswerRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  async find({ hash, lifetimeMs }: UniqueRequest): Promise<Answer | undefined> {
    const selecting = this.#db
      .selectFrom("idempotency_keys")
      .selectAll()
      .where("hash", "=", hash)
      .where("created_at", ">=", (eb) => eb(this.#dialect.now, "-", lifetimeMs));
    const row = await repeatable(() => selecting.executeTakeFirst());
    return (
      row && {
        fingerprint: row.fingerprint,
        imageId: row.image_id,
        batchId: row.batch_id,
        wasFound: row.found === 1,
        total: row.total,
        failed: row.failed,
      }
    );
  }

  /** An answer that changed nothing: an image that there was. Rejects with `KeyTaken`. */
  async remember(request: UniqueRequest, answer: NewAnswer): Promise<void> {
    await takeKey(this.#db, this.#dialect, request, answer);
  }

  /** What was answered so is asked as if for the first time from now on; an answer that came meanwhile stays. */
  async forget({ hash }: UniqueRequest, { imageId }: Answer): Promise<void> {
    const deleting = this.#db
      .deleteFrom("idempotency_keys")
      .where("hash", "=", hash)
      .where("image_id", "=", imageId);
    await repeatable(() => deleting.execute());
  }

  /** Forgets the answers that were given longer ago than this. Returns how many. */
  async purge(olderThanMs: number): Promise<number> {
    const deleting = this.#db
      .deleteFrom("idempotency_keys")
      .where("created_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs));
    const { numDeletedRows } = await repeatable(() => deleting.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }
}

/** What `accept` writes, and the answer under the request's key with it, in one commit. Rejects with `KeyTaken`. */
export async function withAnswer<T>(
  db: Kysely<Tables>,
  dialect: Dialect,
  { request, answer }: { readonly request: UniqueRequest; readonly answer: NewAnswer },
  accept: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  return await inTransaction(db, async (transaction) => {
    // First, so that of many who come at once the losers wait here, and write nothing.
    await takeKey(transaction, dialect, request, answer);
    return await accept(transaction);
  });
}

/** No unique violation, which would abort a transaction on PostgreSQL; an answer past its lifetime is overwritten. */
async function takeKey(
  db: Kysely<Tables>,
  { now }: Dialect,
  { hash, fingerprint, lifetimeMs }: UniqueRequest,
  answer: NewAnswer,
): Promise<void> {
  const columns = {
    fingerprint,
    image_id: answer.imageId,
    batch_id: answer.batchId,
    found: answer.wasFound ? 1 : 0,
    total: answer.total,
    failed: answer.failed,
    created_at: now,
  };
  const taken = await db
    .insertInto("idempotency_keys")
    .values({ hash, ...columns })
    .onConflict((conflict) =>
      conflict
        .column("hash")
        .doUpdateSet(columns)
        .where("idempotency_keys.created_at", "<", (eb) => eb(now, "-", lifetimeMs)),
    )
    .returning("hash")
    .executeTakeFirst();
  if (!taken) throw new KeyTaken("This Idempotency-Key was used before.");
}
