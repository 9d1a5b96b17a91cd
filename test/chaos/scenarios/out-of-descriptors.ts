import * as faults from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const noDescriptors: Scenario = {
  row: "EMFILE",
  name: "the API and a worker may open no more files for a while",
  async play(arena) {
    const some = arena.processes.slice(0, 2);
    const short = faults.noDescriptors(some, arena.of(4, 30));
    const load = arena.load({ images: arena.of(40, 240), parallel: 8, mayBeUnanswered: true });
    await short;
    if (load.refused.size === 0) throw new Error("nothing was short of descriptors");
    return await arena.settled(load);
  },
};
