import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Scenario } from "../scenario.ts";

export const storageFull: Scenario = {
  row: "Disk full",
  name: "the disk is full in mid-run; uploads get 507, and the queue says why",
  needsRoot: true,
  needsDisk: true,
  play: (arena) =>
    arena.inMidRun(arena.of(40, 240), async (load) => {
      await arena.disk?.fill();
      await until(() => load.refused.has("507 storage_full"), { what: "a refused upload" });
      const queue = (await (await fetch(`${arena.url}/v1/queue`)).json()) as {
        levels: { name: string; effect: string | null }[];
      };
      await sleep(arena.of(3_000, 30_000));
      await arena.disk?.heal();
      const disk = queue.levels.find(({ name }) => name === "disk");
      if (!disk?.effect) throw new Error(`the queue said ${JSON.stringify(queue.levels)}`);
    }),
};
