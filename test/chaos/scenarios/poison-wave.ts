import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../../support/median.ts";
import type { Arena } from "../arena.ts";
import type { Load } from "../load.ts";
import { PoisonWatch, poison } from "../poison.ts";
import type { Scenario } from "../scenario.ts";

/** Good pictures, five a second. */
const pace = { parallel: 1, pauseMs: 200 };
/**
 * Half of the good ones may not take more than so many times what they take without the wave. A test run shares its
 * machine with others, and says the figure only.
 */
const bound = 4;

export const poisonWave: Scenario = {
  row: "A wave of pictures that crash the engine",
  name: "one picture in five crashes every engine process that opens it",
  async play(arena) {
    const images = arena.of(30, 200);
    const calm = arena.load({ images, ...pace });
    const alone = await timesOf(arena, calm);
    await arena.settled(calm);
    const watch = new PoisonWatch(arena);
    const wave = arena.load({
      pictures: [poison(arena.ordinary.content, "SIGSEGV")],
      images: Math.ceil(images / 5),
      parallel: 1,
      pauseMs: 5 * pace.pauseMs,
    });
    const good = arena.load({ images, ...pace });
    const beside = await timesOf(arena, good);
    await wave.done;
    await arena.rows.noneUnfinished(120_000);
    await watch.stop();
    for (const [id, picture] of wave.accepted) good.accepted.set(id, picture);
    const ratio = median(beside) / median(alone);
    const figure = `${watch.harms} crashes; half of the good pictures done in ${median(beside).toFixed(0)} ms, without the wave ${median(alone).toFixed(0)} ms (×${ratio.toFixed(1)})`;
    if (arena.long && ratio > bound) throw new Error(figure);
    return `${figure}; ${await arena.settled(good)}`;
  },
};

/** From its acceptance to its end, of each image of the load. Milliseconds. */
async function timesOf(arena: Arena, load: Load): Promise<number[]> {
  await load.done;
  const ids = [...load.accepted.keys()];
  const isOver = async () => {
    const open = await arena.rows.images("status in ('queued', 'processing')");
    return open.every(({ id }) => !ids.includes(id));
  };
  while (!(await isOver())) await sleep(50);
  const rows = await arena.rows.images(`id in (${ids.map((id) => `'${id}'`).join(", ")})`);
  return rows.map(({ ms }) => ms);
}
