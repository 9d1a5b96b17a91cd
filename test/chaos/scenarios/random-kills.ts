import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../pictures/index.ts";
import { engineKilled, processKilled } from "../faults.ts";
import { Recoveries } from "../recovery.ts";
import type { Scenario } from "../scenario.ts";

/** At the 99th percentile: what a kill interrupted is in other hands by then; on a busy machine it takes longer. */
const boundSeconds = { short: 60, long: 20 };

const quick = JSON.stringify([
  { name: "thumb", width: 300, height: 300 },
  { name: "web", width: 900 },
]);

export const randomKills: Scenario = {
  row: "SIGKILL of random processes: workers, engine processes, the API",
  name: "processes are killed at random while images come (50 times over 2,000 images in the long form)",
  async play(arena) {
    const kills = arena.of(4, 50);
    const images = arena.of(60, 2_000);
    const random = seededRandom(7);
    const recoveries = new Recoveries(arena);
    // Quick ones, so that the machine can make so many, and no further ahead than the workers can follow.
    const pictures = arena.pictures.map((picture) => ({ ...picture, variants: quick }));
    const load = arena.load({ images, pictures, hasRoom: arena.hasRoom });
    let [done, engines] = [0, 0];
    while (done < kills) {
      await load.reached(Math.min(images, Math.ceil((images * (done + 1)) / (kills + 1))));
      const worker = arena.workers[Math.floor(random() * arena.workers.length)];
      const which = random();
      if (!worker) continue;
      if (which < 0.15) {
        await processKilled(arena, arena.api);
        recoveries.ofApi();
      } else if (which < 0.5) {
        const killed = await recoveries.ofWorker(worker.name);
        if (!(await engineKilled(arena, worker))) {
          await sleep(20);
          continue;
        }
        engines += 1;
        killed();
      } else {
        await worker.alive();
        const killed = await recoveries.ofWorker(worker.name);
        await processKilled(arena, worker);
        killed();
      }
      done += 1;
    }
    await load.done;
    await recoveries.all();
    const figure = await arena.settled(load);
    const samples = recoveries.seconds.length;
    if (samples < kills / 3) throw new Error(`only ${samples} of ${kills} kills met something`);
    const [half, most] = [recoveries.percentile(0.5), recoveries.percentile(0.99)];
    if (most > arena.of(boundSeconds.short, boundSeconds.long))
      throw new Error(`a recovery took ${most.toFixed(1)} s: ${recoveries.worst}`);
    return `${kills} kills (${engines} of engine processes): 0 lost, 0 doubled; of ${samples} recoveries p50 ${half.toFixed(1)} s, p99 ${most.toFixed(1)} s; ${figure}`;
  },
};
