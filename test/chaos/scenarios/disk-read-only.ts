import { diskReadOnly } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const storageReadOnly: Scenario = {
  row: "Disk: EROFS",
  name: "the disk becomes read-only in mid-run",
  needsRoot: true,
  play: (arena) =>
    arena.refusing("503 storage_error", arena.of(40, 240), async () => {
      // Nothing can be removed either: what work leaves there is the sweep's.
      arena.killed += 1;
      await diskReadOnly(arena, arena.of(4, 30));
    }),
};
