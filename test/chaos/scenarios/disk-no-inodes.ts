import { noFilesLeft } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const storageWithoutInodes: Scenario = {
  row: "Disk: no inodes",
  name: "the disk takes no more files",
  needsRoot: true,
  play: (arena) => arena.inMidRun(arena.of(40, 400), () => noFilesLeft(arena, arena.of(4, 30))),
};
