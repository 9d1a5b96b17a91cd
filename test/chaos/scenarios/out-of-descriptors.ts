import { setTimeout as sleep } from "node:timers/promises";
import * as faults from "../faults.ts";
import type { Load } from "../load.ts";
import type { Scenario } from "../scenario.ts";

export const noDescriptors: Scenario = {
  row: "EMFILE",
  name: "the API and a worker may open no more files for a while",
  async play(arena) {
    const loads: Load[] = [];
    await faults.noDescriptors(arena.processes.slice(0, 2), async () => {
      loads.push(arena.load({ images: arena.of(40, 240), parallel: 8, mayBeUnanswered: true }));
      await sleep(arena.of(4_000, 30_000));
    });
    const [load] = loads;
    if (!load || load.refused.size === 0) throw new Error("nothing was short of descriptors");
    return await arena.settled(load);
  },
};
