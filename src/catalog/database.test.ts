import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openCatalog } from "./database.ts";

describe("opening the catalog", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "pixmill-database-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("makes the file and the folders that it lies in", async () => {
    const catalog = await openCatalog(`sqlite:${join(folder, "a/b/catalog.db")}`);
    await catalog.ping();
    await catalog.close();
  });

  it.each(["127.0.0.1:1/pixmill", "[::1/pixmill"])(
    "says that PostgreSQL is not at %s, without the password that the address holds",
    async (place) => {
      const failure = await openCatalog(`postgres://pixmill:hunter2@${place}`).catch(
        (error: unknown) => error,
      );
      expect(failure).toBeInstanceOf(Error);
      expect(inspect(failure, { depth: null, showHidden: true })).not.toContain("hunter2");
    },
  );

  it.each(["", "sqlite:", "mysql://localhost/pixmill", "catalog.db"])(
    "says what an address looks like when it is given %j",
    async (url) => {
      await expect(openCatalog(url)).rejects.toThrow(
        "DATABASE_URL: must be sqlite:<path to a file> or postgres://",
      );
    },
  );

  it("refuses a catalog that a newer program has changed", async () => {
    const path = join(folder, "catalog.db");
    await (await openCatalog(`sqlite:${path}`)).close();
    const file = new DatabaseSync(path);
    file.exec("insert into kysely_migration (name, timestamp) values ('9999-from-the-future', '2099-01-01')");
    file.close();
    await expect(openCatalog(`sqlite:${path}`)).rejects.toThrow("could not be brought up to date");
  });
});
