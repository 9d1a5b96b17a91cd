import { chmod, stat } from "node:fs/promises";
import { join } from "node:path";
import { until } from "../../support/until.ts";
import { countGivenBack } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const noPermission: Scenario = {
  row: "Disk: EACCES",
  name: "first the originals' folder and then the results' may not be entered",
  play: (arena) =>
    arena.refusing("503 storage_error", arena.of(24, 240), async (load) => {
      await withoutRights(join(arena.fleet.storage, "uploads"), () =>
        until(() => load.refused.has("503 storage_error"), { what: "a refused upload" }),
      );
      const givenBack = countGivenBack(arena, "storage_error");
      await withoutRights(join(arena.fleet.storage, "processed"), () =>
        until(() => givenBack() > 0, { what: "a result that could not be stored" }),
      );
    }),
};

async function withoutRights(folder: string, run: () => Promise<void>): Promise<void> {
  const { mode } = await stat(folder);
  await chmod(folder, 0);
  try {
    await run();
  } finally {
    await chmod(folder, mode);
  }
}
