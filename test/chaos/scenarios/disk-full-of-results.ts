import { photo } from "../../pictures/index.ts";
import { until } from "../../support/until.ts";
import { countGivenBack } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

/** More than what a full disk has left. */
const variants = JSON.stringify([{ name: "large", width: 1_400, format: "png" }]);

export const storageFullOfResults: Scenario = {
  row: "Disk full, in mid-result",
  name: "accepted images are worked on when the disk is full",
  needsRoot: true,
  needsDisk: true,
  async play(arena) {
    const givenBack = countGivenBack(arena, "storage_full");
    const content = await photo({ width: 1_400, height: 1_050, format: "jpeg" });
    for (const { current } of arena.workers) current?.signal("SIGSTOP");
    const load = arena.load({
      pictures: [{ name: "large.jpg", content, variants }],
      images: arena.of(4, 30),
    });
    try {
      await load.done;
      await arena.disk?.fill();
    } finally {
      for (const { current } of arena.workers) current?.signal("SIGCONT");
    }
    await until(() => givenBack() >= arena.workers.length, {
      what: "a result without room of each worker",
      withinMs: 60_000,
    });
    await arena.disk?.heal();
    return `${givenBack()} times given back with storage_full; ${await arena.settled(load)}`;
  },
};
