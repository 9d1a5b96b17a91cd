import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describeCatalog } from "./catalog.ts";

describeCatalog("SQLite", async () => {
  const folder = await mkdtemp(join(tmpdir(), "pixmill-catalog-"));
  return {
    url: `sqlite:${join(folder, "catalog.db")}`,
    drop: () => rm(folder, { recursive: true }),
  };
});
