import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Kysely, type SqliteDatabase, sql } from "kysely";
import { type Migration, Migrator } from "kysely/migration";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { PixmillSqliteDialect } from "./sqlite-dialect.ts";

interface NoteTables {
  notes: { id: number; text: string };
}

describe("the SQLite file", () => {
  let folder: string;
  let database: SqliteDatabase;
  let db: Kysely<NoteTables>;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pixmill-sqlite-"));
    database = openSqliteDatabase(join(folder, "notes.db"));
    db = new Kysely({ dialect: new PixmillSqliteDialect({ database }) });
    await sql`create table notes (id integer primary key, text text)`.execute(db);
  });
  afterEach(async () => {
    await db.destroy();
    await rm(folder, { recursive: true });
  });

  it.each([
    ["journal_mode", "wal"],
    ["synchronous", 2],
    ["foreign_keys", 1],
  ])("is opened with %s = %s", (name, value) => {
    expect(database.prepare(`pragma ${name}`).all([])).toEqual([{ [name]: value }]);
  });

  it("waits five seconds for another process that writes", () => {
    expect(database.prepare("pragma busy_timeout").all([])).toEqual([{ timeout: 5_000 }]);
  });

  it("gives the rows of a statement that writes and returns", async () => {
    const inserting = db.insertInto("notes").values({ id: 1, text: "one" });
    expect(await inserting.returning("text").execute()).toEqual([{ text: "one" }]);
    const { numUpdatedRows } = await db.updateTable("notes").set({ text: "two" }).executeTakeFirstOrThrow();
    expect(numUpdatedRows).toBe(1n);
  });

  it("prepares a statement once, but keeps no long ones", () => {
    expect(database.prepare("select 1")).toBe(database.prepare("select 1"));
    const long = `select 1 -- ${"x".repeat(5_000)}`;
    expect(database.prepare(long)).not.toBe(database.prepare(long));
  });

  it("keeps a bounded number of statements", () => {
    const first = database.prepare("select 1");
    for (let n = 2; n < 500; n += 1) database.prepare(`select ${n}`);
    expect(database.prepare("select 1")).not.toBe(first);
  });

  it.each([{ value: new Date(0) }, { value: true }, { value: undefined }, { value: [] }])(
    "binds nothing that only one database would understand: $value",
    ({ value }) => {
      expect(() => database.prepare("select ?").all([value])).toThrow("cannot be bound");
    },
  );

  it("says that storage is full, not that a rollback failed, and goes on when there is room again", async () => {
    await sql`pragma max_page_count = 10`.execute(db);
    const filling = db.transaction().execute(async (transaction) => {
      for (let id = 0; id < 1_000; id += 1) {
        await transaction
          .insertInto("notes")
          .values({ id, text: "x".repeat(1_000) })
          .execute();
      }
    });
    await expect(filling).rejects.toMatchObject({ code: "storage_full" });
    expect(await db.selectFrom("notes").selectAll().execute()).toEqual([]);

    await sql`pragma max_page_count = 1000`.execute(db);
    await db.transaction().execute(async (transaction) => {
      await transaction.insertInto("notes").values({ id: 1, text: "room" }).execute();
    });
    expect(await db.selectFrom("notes").selectAll().execute()).toHaveLength(1);
  });

  it("lets no statement of others into a transaction", async () => {
    const failing = db.transaction().execute(async (transaction) => {
      await transaction.insertInto("notes").values({ id: 1, text: "inside" }).execute();
      throw new Error("undone");
    });
    const beside = db.insertInto("notes").values({ id: 2, text: "beside" }).execute();
    const next = db.transaction().execute(async (transaction) => {
      await transaction.insertInto("notes").values({ id: 3, text: "after" }).execute();
    });
    await expect(failing).rejects.toThrow("undone");
    await Promise.all([beside, next]);
    const rows = await db.selectFrom("notes").select("text").orderBy("id").execute();
    expect(rows.map(({ text }) => text)).toEqual(["beside", "after"]);
  });

  it("is a transaction's alone to write from its beginning, so that what it read stays true", async () => {
    const other = new DatabaseSync(join(folder, "notes.db"), { timeout: 0 });
    const write = () => other.exec("insert into notes values (1, 'other')");
    await db.transaction().execute(async (transaction) => {
      await transaction.selectFrom("notes").selectAll().execute();
      expect(write).toThrow("database is locked");
    });
    write();
    other.close();
  });

  it("is left as it was by a migration that does not come to its end", async () => {
    const halfway: Migration = {
      async up(tables) {
        await tables.schema.createTable("half").addColumn("id", "integer").execute();
        throw new Error("stopped");
      },
    };
    const migrator = new Migrator({ db, provider: { getMigrations: async () => ({ halfway }) } });
    expect((await migrator.migrateToLatest()).error).toMatchObject({ message: "stopped" });
    await expect(sql`select * from half`.execute(db)).rejects.toThrow("no such table");
  });
});
