import { firstFrames, frameBombs, stuffed } from "../../pictures/index.ts";
import type { Arena } from "../arena.ts";
import { EngineWatch } from "../engine-watch.ts";
import type { Load } from "../load.ts";
import { finalOf, refusedAs } from "../one-upload.ts";
import type { Scenario } from "../scenario.ts";

/** In a worker's hands, or until the refusal. A test run shares its machine with others. */
const mostMs = { short: 20_000, long: 5_000 };
/** As of damaged files. */
const mostMemory = 400 * 1024 ** 2;
/** At its own size: the result is the picture as it is. */
const variants = JSON.stringify([{ name: "same", format: "jpeg" }]);

export const manyFrames: Scenario = {
  row: "GIF of 20,000 frames, animated WebP 200 × 1,000², canvas of 65,535² with a 1×1 frame, TIFF of 20,000 pages and with a loop",
  name: "files of very many frames come among good pictures",
  play: (arena) =>
    amongGoodOnes(arena, async (load) => {
      const refused: [string, number][] = [];
      for (const [name, make] of frameBombs)
        refused.push([name, await refusedAs("422 image_too_large", arena.url, await make())]);
      return [...refused, ...(await ends(arena, load, firstFrames))];
    }),
};

export const muchMetadata: Scenario = {
  row: "1 GB of iCCP or zTXt, 200,000 tEXt, 65,000 APP1, 160 large COM",
  name: "files of much more than their pixels come among good pictures",
  play: (arena) => amongGoodOnes(arena, (load) => ends(arena, load, stuffed)),
};

type Times = readonly (readonly [name: string, ms: number])[];

async function amongGoodOnes(arena: Arena, send: (load: Load) => Promise<Times>): Promise<string> {
  const load = arena.load({ images: arena.of(6, 60), parallel: 2 });
  const watch = new EngineWatch(arena);
  const times = await send(load).finally(() => watch.stop());
  const said = times.map(([name, ms]) => `${name} ${(ms / 1_000).toFixed(1)} s`).join(", ");
  const figure = `${said}; an engine process held at most ${watch.most >> 20} MB`;
  if (Math.max(...times.map(([, ms]) => ms)) > arena.of(mostMs.short, mostMs.long)) throw new Error(figure);
  if (watch.most > mostMemory) throw new Error(figure);
  return `${figure}; ${await arena.settled(load)}`;
}

/** Each of them becomes an image of its own size, with nothing of what was stuffed into it. */
async function ends(arena: Arena, load: Load, files: typeof firstFrames): Promise<Times> {
  const times: [string, number][] = [];
  for (const [name, make] of files) {
    const row = await finalOf(arena, load, { name, content: await make(), variants });
    const bytes = row.variants[0]?.bytes ?? 0;
    if (bytes > 50_000) throw new Error(`the result of ${name} has ${bytes} bytes`);
    times.push([name, row.workedMs]);
  }
  return times;
}
