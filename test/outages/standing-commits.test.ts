import { setTimeout as sleep } from "node:timers/promises";
import { Kysely, PostgresDialect, sql } from "kysely";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { LostConnection } from "../../src/catalog/postgres-errors.ts";
import { openPostgresPool } from "../../src/catalog/postgres-pool.ts";
import { silentLogger } from "../../src/logger.ts";
import { patienceMs, withPatience } from "../../src/patience.ts";
import { PostgresServer, requirePostgres } from "../support/postgres-server.ts";
import { until } from "../support/until.ts";

const overloaded = { code: "overloaded", status: 503 };
/** Statements are ended by the server after half a second here, and given up two seconds later. */
const statementTimeoutMs = 500;
const most = 4;

describe.runIf(requirePostgres())("commits that stand still", () => {
  let server: PostgresServer;
  let url: string;
  let pool: ReturnType<typeof openPostgresPool>;
  let db: Kysely<object>;
  beforeAll(async () => {
    server = await PostgresServer.start({ max_connections: "20" });
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    url = (await server.createDatabase()).url;
    await server.run("create table notes (word text)", url);
    open(statementTimeoutMs);
  });
  afterEach(() => db.destroy());

  function open(timeoutMs: number): void {
    pool = openPostgresPool(url, { logger: silentLogger(), max: most, statementTimeoutMs: timeoutMs });
    db = new Kysely({ dialect: new PostgresDialect({ pool }) });
  }

  const write = async () => {
    await sql`insert into notes values ('kept')`.execute(db);
  };
  const read = () => sql`select count(*) from notes`.execute(db);
  const writeTwice = () =>
    db.transaction().execute(async (transaction) => {
      await sql`insert into notes values ('kept')`.execute(transaction);
      await sql`insert into notes values ('kept')`.execute(transaction);
    });

  /** Of the server, whoever is still at their other end. */
  async function backends(): Promise<number> {
    const client = await server.client(url);
    const { rows } = await client.query(
      "select pid from pg_stat_activity where application_name = 'pixmill' and datname = current_database()",
    );
    await client.end();
    return rows.length;
  }

  async function withoutStandby(run: () => Promise<void>): Promise<void> {
    try {
      await server.set("synchronous_standby_names", "nobody");
      const isRefused = () => withPatience(200, write).then(() => false);
      await until(() => isRefused().catch(() => true), { what: "a commit that waits" });
      await run();
    } finally {
      await server.set("synchronous_standby_names");
    }
  }

  it("take no more connections however long they stand, leave others to who reads, and come through", async () => {
    await withoutStandby(async () => {
      const until = performance.now() + 8_000;
      while (performance.now() < until) {
        const asked = [write, writeTwice, write, writeTwice].map((ask) => withPatience(300, ask));
        for (const { status } of await Promise.allSettled(asked)) expect(status).toBe("rejected");
        await withPatience(1_000, read);
        await sleep(100);
      }
      expect(await backends()).toBeLessThanOrEqual(2 * most);
      expect(pool.connections().busy).toBeGreaterThan(0);
    });
    await until(() => pool.connections().busy === 0, { what: "the standing commits" });
    await write();
    expect(await backends()).toBeLessThanOrEqual(2 * most);
  });

  it("are why other writes are refused at once, and known not to have happened", async () => {
    await withoutStandby(async () => {
      const startedAt = performance.now();
      for (const ask of [write, writeTwice]) {
        const refusal = await withPatience(2_000, ask).catch((error: unknown) => error);
        expect(refusal).toMatchObject(overloaded);
        expect(refusal).not.toBeInstanceOf(LostConnection);
      }
      expect(performance.now() - startedAt).toBeLessThan(1_000);
    });
  });

  it("keep nobody from closing the catalog", async () => {
    await withoutStandby(async () => {
      const startedAt = performance.now();
      await db.destroy();
      expect(performance.now() - startedAt).toBeLessThan(2_000);
    });
  });

  it("are let go after the patience also where the server has no connection left to ask on", async () => {
    open(10_000);
    await write();
    const blocker = await server.client(url);
    await blocker.query("begin; lock table notes in access exclusive mode");
    const others = [blocker];
    const takeAll = async () => {
      for (;;) others.push(await server.client(url));
    };
    try {
      await takeAll().catch(() => {});
      const startedAt = performance.now();
      await expect(withPatience(2_000, write)).rejects.toMatchObject(overloaded);
      expect(performance.now() - startedAt).toBeLessThan(5_000);
    } finally {
      for (const client of others) await client.end();
    }
  });

  it("count as waiting for as long as they stood, also when they come forward at last", async () => {
    open(10_000);
    const blocker = await server.client(url);
    await blocker.query("begin; lock table notes in access exclusive mode");
    const left = withPatience(2_000, async () => {
      await sql`with note as (select word from notes) select pg_sleep(1), (select count(*) from note)`.execute(
        db,
      );
      return patienceMs();
    });
    await sleep(1_300);
    await blocker.query("commit");
    await blocker.end();
    expect(await left).toBeLessThan(1_200);
  });
});
