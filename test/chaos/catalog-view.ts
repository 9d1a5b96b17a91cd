import { setTimeout as sleep } from "node:timers/promises";
import { Client } from "pg";

/** A row of `images` as far as the checks look at it. */
export interface ImageRow {
  readonly id: string;
  readonly status: string;
  readonly attempt: number;
  readonly strikes: number;
  readonly worker: string | null;
  readonly filename: string;
  /** From its acceptance to its end, of a final image. */
  readonly ms: number;
  /** Of that, since a worker took it for the last time. */
  readonly workedMs: number;
  readonly error: { readonly code: string; readonly message: string } | null;
  readonly original: { readonly key: string; readonly bytes: number } | null;
  readonly variants: readonly {
    readonly name: string;
    readonly status: string;
    readonly key?: string;
    readonly bytes?: number;
  }[];
}

type Stored = Omit<ImageRow, "error" | "original" | "variants"> &
  Record<"error" | "original", string | null> & { readonly variants: string };

/** Of what was deleted only a tombstone is left, with the state in which it was. */
const isOpen = "status in ('queued', 'processing') and deleted_at is null";

/** Looks at the record itself, past every line and cache; goes on by itself when PostgreSQL was away. */
export class CatalogView {
  readonly #url: string;
  #client: Promise<Client> | undefined;
  #last: Promise<unknown> = Promise.resolve();

  private constructor(url: string) {
    this.#url = url;
  }

  static async open(url: string): Promise<CatalogView> {
    return new CatalogView(url);
  }

  /** Images for which `where` holds, an expression of SQL; while the catalog is away, waits. */
  async images(where = "true"): Promise<readonly ImageRow[]> {
    const rows = await this.select<Stored>(
      `select id, status, attempt::int, strikes::int, worker, filename,
              (finished_at - created_at)::float8 as ms,
              (finished_at - started_at)::float8 as "workedMs", error, original, variants
       from images where deleted_at is null and (${where}) order by id`,
    );
    return rows.map((row) => ({
      ...row,
      error: row.error === null ? null : JSON.parse(row.error),
      original: row.original === null ? null : JSON.parse(row.original),
      variants: JSON.parse(row.variants),
    }));
  }

  /** Rejects when images are still unfinished after that time, and says which states they are in. */
  async noneUnfinished(withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const rows = await this.select<{ status: string; count: number }>(
        `select status, count(*)::int as count from images where ${isOpen} group by 1`,
      );
      if (rows.length === 0) return;
      if (performance.now() > deadline) {
        const states = rows.map(({ status, count }) => `${count} ${status}`).join(", ");
        throw new Error(`after ${Math.round(withinMs / 1_000)} s there are still ${states}`);
      }
      await sleep(50);
    }
  }

  /** Resolves when each of them is final. Rejects after that time. */
  async allFinal(ids: ReadonlySet<string>, withinMs: number): Promise<void> {
    const deadline = performance.now() + withinMs;
    for (;;) {
      const open = await this.select<{ id: string }>(`select id from images where ${isOpen}`);
      const left = open.filter(({ id }) => ids.has(id)).length;
      if (left === 0) return;
      if (performance.now() > deadline)
        throw new Error(`${left} of ${ids.size} are not final after ${Math.round(withinMs / 1_000)} s`);
      await sleep(50);
    }
  }

  /** Resolves when one more image is final than now, or none is left that could be. */
  async oneMoreFinal(withinMs: number): Promise<void> {
    const counts = async () => {
      const [row] = await this.select<{ final: number; open: number }>(
        `select count(*) filter (where ${isOpen})::int as open,
                count(*) filter (where status in ('done', 'failed'))::int as final from images`,
      );
      return row ?? { final: 0, open: 0 };
    };
    const before = await counts();
    const deadline = performance.now() + withinMs;
    for (let now = before; now.open > 0 && now.final === before.final; now = await counts()) {
      if (performance.now() > deadline) return;
      await sleep(50);
    }
  }

  /** How many images are not final. */
  async unfinished(): Promise<number> {
    const [row] = await this.select<{ count: number }>(
      `select count(*)::int as count from images where ${isOpen}`,
    );
    return row?.count ?? 0;
  }

  async close(): Promise<void> {
    await this.#client?.then((client) => client.end()).catch(() => {});
  }

  /** What a statement finds, one after another: it is one connection. */
  select<Row>(text: string): Promise<readonly Row[]> {
    const asked = this.#last.then(() => this.#ask<Row>(text));
    this.#last = asked.catch(() => {});
    return asked;
  }

  async #ask<Row>(text: string): Promise<readonly Row[]> {
    for (let tries = 1; ; tries += 1) {
      try {
        this.#client ??= connect(this.#url);
        return (await (await this.#client).query(text)).rows as Row[];
      } catch (error) {
        this.#client = undefined;
        if (tries >= 600) throw error;
        await sleep(200);
      }
    }
  }
}

async function connect(connectionString: string): Promise<Client> {
  const client = new Client({ connectionString });
  client.on("error", () => {});
  await client.connect();
  return client;
}
