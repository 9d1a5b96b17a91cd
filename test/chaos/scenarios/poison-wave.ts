import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../../support/median.ts";
import type { Arena } from "../arena.ts";
import type { Harm } from "../harm.ts";
import type { Load } from "../load.ts";
import { poison } from "../poison.ts";
import type { Scenario } from "../scenario.ts";

/** Good pictures, five a second. */
const pace = { parallel: 1, pauseMs: 200 };

interface Wave {
  readonly harm: Harm;
  /** Good pictures to one bad. */
  readonly goodToOne: number;
  readonly images: number;
  /** Half of the good ones may not take more than so many times what they take without the wave, */
  readonly bound?: number;
  /** or 95 in 100 of them more than so many milliseconds. */
  readonly lateMs?: number;
}

export const poisonWave: Scenario = {
  row: "A wave of pictures that crash the engine",
  name: "one picture in five crashes every engine process that opens it",
  // A test run shares its machine with others.
  play: (arena) =>
    waveOf(arena, {
      harm: "SIGSEGV",
      goodToOne: 5,
      images: arena.of(30, 200),
      bound: arena.of(15, 4),
    }),
};

/**
 * Each hand is held for the deadline, twice for each picture: nothing shows sooner that one will never end. The first
 * tries alone keep all three hands for as long as pictures come; with the second ones among them, which must wait, it
 * would be twice as long.
 */
export const hangingWave: Scenario = {
  row: "A wave of pictures that hang the engine",
  name: "one picture in twenty hangs every engine process that opens it, until the deadline (12 s here)",
  onlyLong: true,
  play: (arena) => waveOf(arena, { harm: "spin", goodToOne: 20, images: 200, lateMs: 45_000 }),
};

async function waveOf(arena: Arena, { harm, goodToOne, images, bound, lateMs }: Wave): Promise<string> {
  const calm = arena.load({ images, ...pace });
  const alone = await timesOf(arena, calm);
  await arena.settled(calm);
  const wave = arena.load({
    pictures: [poison(arena.ordinary, harm)],
    images: Math.ceil(images / goodToOne),
    parallel: 1,
    pauseMs: goodToOne * pace.pauseMs,
  });
  const good = arena.load({ images, ...pace });
  const beside = await timesOf(arena, good);
  await wave.done;
  await arena.rows.noneUnfinished(300_000);
  for (const [id, picture] of wave.accepted) good.accepted.set(id, picture);
  const ends = await arena.rows.images("filename like 'poison-%' and status = 'failed' and strikes = 1");
  const failed = ends.filter(({ id }) => wave.accepted.has(id)).length;
  if (failed !== wave.accepted.size)
    throw new Error(`${failed} of ${wave.accepted.size} pictures failed after two strikes`);
  const ratio = median(beside) / median(alone);
  const [half, late] = [median(beside), percentile(beside, 0.95)].map((ms) => (ms / 1_000).toFixed(1));
  const figure =
    `${2 * failed} engine processes harmed; half of the good pictures done in ${half} s, 95 in 100 in ${late} s, ` +
    `without the wave ${(median(alone) / 1_000).toFixed(1)} s (×${ratio.toFixed(1)})`;
  if (bound !== undefined && ratio > bound) throw new Error(figure);
  if (lateMs !== undefined && percentile(beside, 0.95) > lateMs) throw new Error(figure);
  return `${figure}; ${await arena.settled(good)}`;
}

function percentile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
}

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
