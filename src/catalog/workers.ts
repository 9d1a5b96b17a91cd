import type { Kysely } from "kysely";
import type { Dialect } from "./dialect.ts";
import { toDate } from "./image-row.ts";
import { repeatable } from "./repeat.ts";
import type { Tables } from "./tables.ts";

/** A worker unseen for this long is forgotten. Milliseconds. */
const forgetAfterMs = 3_600_000;

/** What a worker says of itself at each beat. Counts are of this process, since its start. */
export interface WorkerBeat {
  readonly id: string;
  readonly host: string;
  readonly startedAt: Date;
  readonly concurrency: number;
  /** Images that it works on just now. */
  readonly active: number;
  readonly done: number;
  readonly failed: number;
  /** Of the originals that it decoded. */
  readonly megapixels: number;
}

export interface WorkerRecord extends WorkerBeat {
  readonly lastSeenAt: Date;
}

/** Who works, as they say themselves. Nothing is decided by it: an image is a worker's by its lease alone. */
export class WorkerRepository {
  readonly #db: Kysely<Tables>;
  readonly #dialect: Dialect;

  constructor(db: Kysely<Tables>, dialect: Dialect) {
    this.#db = db;
    this.#dialect = dialect;
  }

  /** Replaces what the worker said before. The database's clock says when. */
  async beat(worker: WorkerBeat): Promise<void> {
    const said = {
      host: worker.host,
      started_at: worker.startedAt.getTime(),
      last_seen_at: this.#dialect.now,
      concurrency: worker.concurrency,
      active: worker.active,
      done: worker.done,
      failed: worker.failed,
      megapixels: worker.megapixels,
    };
    const inserting = this.#db
      .insertInto("workers")
      .values({ id: worker.id, ...said })
      .onConflict((conflict) => conflict.column("id").doUpdateSet(said));
    await repeatable(() => inserting.execute());
  }

  /** Those that were seen in the last `seenWithinMs`, by id. */
  async list({ seenWithinMs }: { readonly seenWithinMs: number }): Promise<WorkerRecord[]> {
    const selecting = this.#db
      .selectFrom("workers")
      .selectAll()
      .where("last_seen_at", ">=", (eb) => eb(this.#dialect.now, "-", seenWithinMs))
      .orderBy("id");
    const rows = await repeatable(() => selecting.execute());
    return rows.map(({ started_at, last_seen_at, ...row }) => ({
      ...row,
      startedAt: toDate(started_at),
      lastSeenAt: toDate(last_seen_at),
    }));
  }

  /** A worker that stops in good order says good-bye. */
  async remove(id: string): Promise<void> {
    await repeatable(() => this.#db.deleteFrom("workers").where("id", "=", id).execute());
  }

  /** Forgets those that went without a word, unseen for `olderThanMs` (an hour). Returns how many. */
  async purge(olderThanMs = forgetAfterMs): Promise<number> {
    const deleting = this.#db
      .deleteFrom("workers")
      .where("last_seen_at", "<", (eb) => eb(this.#dialect.now, "-", olderThanMs));
    const { numDeletedRows } = await repeatable(() => deleting.executeTakeFirstOrThrow());
    return Number(numDeletedRows);
  }
}
