import { afterAll, beforeAll, describe } from "vitest";
import { PostgresServer, requirePostgres } from "../support/postgres-server.ts";
import { describeCatalog } from "./catalog.ts";

describe.runIf(requirePostgres())("with a real PostgreSQL", () => {
  let server: PostgresServer;
  let url: string;
  beforeAll(async () => {
    server = await PostgresServer.start();
    url = (await server.createDatabase()).url;
  });
  afterAll(() => server.stop());

  describeCatalog("PostgreSQL", async () => ({
    url,
    // As empty as a new database, and five times faster to have.
    drop: () => server.run("drop schema public cascade; create schema public", url),
  }));
});
