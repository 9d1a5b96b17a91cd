import { restartedInOrder } from "../faults.ts";
import type { Scenario } from "../scenario.ts";

export const rollingRestarts: Scenario = {
  row: "SIGTERM in mid-job and mid-upload; 20 rolling restarts",
  name: "each process is stopped in good order and replaced, again and again, under load",
  async play(arena) {
    const load = arena.load();
    const restarts = arena.of(4, 20);
    for (let index = 0; index < restarts; index += 1) {
      await load.reached(load.accepted.size + 3);
      const process = arena.processes[index % arena.processes.length];
      if (process) await restartedInOrder(process);
    }
    await load.finish();
    return `${restarts} restarts, ${await arena.settled(load)}`;
  },
};
