import { setTimeout as sleep } from "node:timers/promises";
import { median } from "../../support/median.ts";
import type { Arena } from "../arena.ts";
import { EngineWatch } from "../engine-watch.ts";
import { measureProcesses } from "../process-size.ts";
import type { Scenario } from "../scenario.ts";
import { floors, trend } from "../trend.ts";

const megabyte = 1024 ** 2;
/**
 * Megabytes an hour that the rise must surely be above to be a leak. Seconds show only one of whole pictures: those
 * that come in are 5,000 an hour, and a fleet that leaks nothing still grows by 500 in its first seconds.
 */
const mostPerHour = { short: 3_000, long: 1 };
/** A short look cannot tell a slope from a garbage collector. */
const mostGrown = 64 * megabyte;
/** Connections come and go with requests. */
const mostDescriptors = { short: 24, long: 8 };
const stretches = 20;

export const soak: Scenario = {
  row: "24 hours at half load",
  name: "pictures come steadily (15 s, ten minutes in the long form)",
  async play(arena) {
    const seconds = arena.of(15, 600);
    const load = arena.load({ parallel: 2, pauseMs: 250 });
    const engines = new EngineWatch(arena);
    const samples: { second: number; memory: number; descriptors: number }[] = [];
    const startedAt = performance.now();
    for (let second = 0; second < seconds; second = (performance.now() - startedAt) / 1_000) {
      samples.push({ second, ...(await sizeOf(arena)) });
      await sleep(500);
    }
    await load.finish();
    await engines.stop();
    // The first third is warming up.
    const steady = samples.slice(Math.floor(samples.length / 3));
    const memory = floors(
      steady.map((sample) => ({ ...sample, value: sample.memory })),
      stretches,
    );
    const grown = ((memory.at(-1)?.value ?? 0) - (memory[0]?.value ?? 0)) / megabyte;
    const { slope, atLeast } = trend(memory);
    const perHour = (bytes: number) => Math.round((bytes * 3_600) / megabyte);
    const third = Math.floor(steady.length / 3);
    const of = (part: typeof samples) => median(part.map(({ descriptors }) => descriptors));
    const more = of(steady.slice(-third)) - of(steady.slice(0, third));
    const figure =
      `${seconds} s: ${perHour(slope)} MB an hour, surely no less than ${perHour(atLeast)}, in all ${grown.toFixed(1)} MB; ` +
      `${more} descriptors more; an engine process at most ${engines.most >> 20} MB`;
    if (perHour(atLeast) > arena.of(mostPerHour.short, mostPerHour.long)) throw new Error(figure);
    if (grown * megabyte > mostGrown) throw new Error(figure);
    if (more > arena.of(mostDescriptors.short, mostDescriptors.long)) throw new Error(figure);
    return `${figure}; ${await arena.settled(load)}`;
  },
};

/** Of all processes of Pixmill together, their engine processes aside, which come and go. */
async function sizeOf({ processes }: Arena) {
  const sizes = [
    ...(await measureProcesses(processes.flatMap(({ current }) => current?.pid ?? []))).values(),
  ];
  const sum = (name: "memory" | "descriptors") => sizes.reduce((total, size) => total + size[name], 0);
  return { memory: sum("memory"), descriptors: sum("descriptors") };
}
