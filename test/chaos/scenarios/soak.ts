import { setTimeout as sleep } from "node:timers/promises";
import type { Arena } from "../arena.ts";
import { measureProcesses } from "../process-size.ts";
import type { Scenario } from "../scenario.ts";

/** A short look cannot tell a slope from a garbage collector; what it can tell is a leak of whole pictures. */
const mostMemory = 64 * 1024 ** 2;

export const soak: Scenario = {
  row: "24 hours at half load",
  name: "pictures come steadily (15 s, ten minutes in the long form)",
  async play(arena) {
    const seconds = arena.of(15, 600);
    const load = arena.load({ parallel: 2, pauseMs: 250 });
    const samples: { second: number; memory: number; descriptors: number }[] = [];
    const startedAt = performance.now();
    for (let second = 0; second < seconds; second = (performance.now() - startedAt) / 1_000) {
      samples.push({ second, ...(await sizeOf(arena)) });
      await sleep(1_000);
    }
    await load.finish();
    // The first third is warming up.
    const steady = samples.slice(Math.floor(samples.length / 3));
    const [first, last] = [steady[0], steady.at(-1)];
    const grown = (last?.memory ?? 0) - (first?.memory ?? 0);
    if (grown > mostMemory) throw new Error(`grown by ${grown >> 20} MB`);
    const more = (last?.descriptors ?? 0) - (first?.descriptors ?? 0);
    // Of a few seconds a slope says nothing.
    const perHour = arena.long ? `${((slope(steady) * 3_600) / 1024 ** 2).toFixed(0)} MB an hour, ` : "";
    return `${seconds} s: ${perHour}grown by ${(grown / 1024 ** 2).toFixed(1)} MB, ${more} descriptors more; ${await arena.settled(load)}`;
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

/** Bytes a second, by least squares. */
function slope(samples: readonly { second: number; memory: number }[]): number {
  const mean = (pick: (sample: { second: number; memory: number }) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length;
  const [x, y] = [mean(({ second }) => second), mean(({ memory }) => memory)];
  const covariance = mean(({ second, memory }) => (second - x) * (memory - y));
  return covariance / mean(({ second }) => (second - x) ** 2);
}
