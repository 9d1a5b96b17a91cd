import { Kysely } from "kysely";
import { expect, it } from "vitest";
import { newImages } from "../../test/contracts/catalog-fixtures.ts";
import { newImageId } from "../image/image-id.ts";
import { BatchRepository } from "./batches.ts";
import { sqliteDialect } from "./dialect.ts";
import { ImageRepository } from "./images.ts";
import { migrate } from "./migrations/migrate.ts";
import { Outbox } from "./outbox.ts";
import { openSqliteDatabase } from "./sqlite-database.ts";
import { PixmillSqliteDialect } from "./sqlite-dialect.ts";
import type { Tables } from "./tables.ts";

it("a batch of thousands that is cancelled tells of each of its images, in a few statements", async () => {
  const statements: string[] = [];
  const dialect = new PixmillSqliteDialect({ database: openSqliteDatabase(":memory:") });
  await using db = new Kysely<Tables>({ dialect, log: ({ query }) => void statements.push(query.sql) });
  await migrate(db, sqliteDialect);
  const views = { image: ({ id }: { id: string }) => ({ id }), batch: ({ id }: { id: string }) => ({ id }) };
  const outbox = new Outbox(db, sqliteDialect, views);
  const id = newImageId();
  const images = newImages(5_000, { batchId: id, callbackUrl: "https://example.com/hook" });
  await new ImageRepository(db, sqliteDialect, outbox).accept(images, { id, preset: null });
  statements.length = 0;
  await new BatchRepository(db, sqliteDialect, outbox).cancel(id);
  expect(statements.length).toBeLessThan(20);
  const told = await db.selectFrom("deliveries").select("image_id").orderBy("image_id").execute();
  expect(told.map(({ image_id }) => image_id)).toEqual(images.map((image) => image.id).sort());
});
