import { diskReadOnly } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const storageReadOnly: Scenario = {
  row: "Disk: EROFS",
  name: "the disk becomes read-only in mid-run",
  needsRoot: true,
  needsDisk: true,
  play: (arena) =>
    arena.refusing("503 storage_error", arena.of(40, 240), () => diskReadOnly(arena, arena.of(4, 30))),
};
