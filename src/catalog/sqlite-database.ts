import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import type { SqliteDatabase, SqliteStatement } from "kysely";
import { PixmillError } from "../errors.ts";

/** Statements kept prepared, by their text: preparing costs more than running for the few that an image needs. */
const maxPrepared = 200;
/** Longer texts are inserts of many rows, a different text for each number of rows: not worth keeping. */
const maxPreparedLength = 4_000;

/** Opens the file, makes it durable at each commit, and gives it the face that Kysely's SQLite driver expects. */
export function openSqliteDatabase(path: string): SqliteDatabase {
  const database = new DatabaseSync(path, { timeout: 5_000, enableForeignKeyConstraints: true });
  database.exec("pragma journal_mode = wal");
  // With WAL only FULL has each commit on the disk before it returns; a 202 is sent on the strength of it.
  database.exec("pragma synchronous = full");
  const prepared = new Map<string, SqliteStatement>();

  return {
    prepare(text) {
      const known = prepared.get(text);
      if (known) return known;
      const statement = asStatement(database, text);
      if (text.length <= maxPreparedLength) {
        if (prepared.size >= maxPrepared) prepared.clear();
        prepared.set(text, statement);
      }
      return statement;
    },
    close: () => database.close(),
  };
}

function asStatement(database: DatabaseSync, text: string): SqliteStatement {
  // SQLite rolls back by itself when the disk is full; a second rollback would hide the reason behind its own
  // failure.
  if (text === "rollback") {
    return { ...noResult, run: () => (database.isTransaction ? runText(database, text) : nothingChanged) };
  }
  // A plain `begin` that reads first and writes later fails at once, not after the timeout, when another process
  // wrote in between.
  const statement = translate(() => database.prepare(text === "begin" ? "begin immediate" : text));
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => translate(() => statement.all(...bindable(parameters))),
    run: (parameters) => translate(() => statement.run(...bindable(parameters))),
    iterate: (parameters) => statement.iterate(...bindable(parameters)),
  };
}

const nothingChanged = { changes: 0, lastInsertRowid: 0 };
const noResult = { reader: false, all: () => [], iterate: () => [].values() };

function runText(database: DatabaseSync, text: string): typeof nothingChanged {
  translate(() => database.exec(text));
  return nothingChanged;
}

/**
 * Refuses what the databases would each understand in their own way. node:sqlite takes a leading object, a Date
 * too, for a set of named parameters and then binds nothing in its place.
 */
function bindable(parameters: readonly unknown[]): SQLInputValue[] {
  return parameters.map((value) => {
    if (value === null || typeof value === "string" || typeof value === "number") return value;
    throw new TypeError(`A ${typeof value} cannot be bound: only texts, numbers and null can.`);
  });
}

/** Primary result codes (https://www.sqlite.org/rescode.html) that say the disk, not the statement, is at fault. */
const outages: Readonly<Record<number, "storage_full" | "storage_error">> = {
  5: "storage_error", // SQLITE_BUSY
  8: "storage_error", // SQLITE_READONLY
  10: "storage_error", // SQLITE_IOERR
  13: "storage_full", // SQLITE_FULL
  14: "storage_error", // SQLITE_CANTOPEN
};

function translate<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    const code = outages[resultCode(error) & 0xff];
    throw code ? new PixmillError(code, { cause: error }) : error;
  }
}

function resultCode(error: unknown): number {
  return error instanceof Error && "errcode" in error && typeof error.errcode === "number"
    ? error.errcode
    : 0;
}
