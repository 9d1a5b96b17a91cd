import { noFilesLeft } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const storageWithoutInodes: Scenario = {
  row: "Disk: no inodes",
  name: "the disk takes no more files",
  needsRoot: true,
  needsDisk: true,
  play: (arena) =>
    arena.refusing("507 storage_full", arena.of(40, 240), () => noFilesLeft(arena, arena.of(4, 30))),
};
