import { flat } from "../../pictures/index.ts";
import { finalOf, refusedAs } from "../one-upload.ts";
import type { Scenario } from "../scenario.ts";

const wishes: readonly (readonly [name: string, variants: readonly object[]])[] = [
  ["width 100,000", [{ name: "wide", width: 100_000 }]],
  ["16,000² enlarged", [{ name: "large", width: 16_000, height: 16_000, enlarge: true }]],
  ["500 variants", Array.from({ length: 500 }, (_, index) => ({ name: `v${index}`, width: 10 }))],
  ["AVIF of 36 MP", [{ name: "large", width: 6_000, height: 6_000, enlarge: true, format: "avif" }]],
  ["effort 9", [{ name: "slow", width: 300, format: "avif", effort: 9 }]],
];

/** What no validation can foresee: the picture's own size. */
const followsSource = JSON.stringify([{ name: "large", width: 6_000, format: "avif" }]);
/** The most that is made. */
const largest = JSON.stringify([
  { name: "large", width: 5_000, height: 5_000, enlarge: true, format: "avif", quality: 100 },
]);
/** Two tries of 12 s, and what their killed processes cost. */
const mostMs = 60_000;

export const outputBombs: Scenario = {
  row: "Output bombs: width 100,000, 16,000² enlarged, 500 variants, AVIF of 36 MP",
  name: "wishes for results that would cost too much come among good ones",
  async play(arena) {
    const load = arena.load({ images: arena.of(6, 60), parallel: 2 });
    const said: string[] = [];
    for (const [name, variants] of wishes) {
      const { content } = arena.ordinary;
      const ms = await refusedAs("400 invalid_transform", arena.url, content, JSON.stringify(variants));
      said.push(`${name} ${ms.toFixed(0)} ms`);
    }
    const content = await flat({ width: 6_000, height: 6_000 });
    const picture = { name: "36mp.jpg", content, variants: followsSource };
    await finalOf(arena, load, { ...picture, fails: ["image_too_large"] });
    const figure = `400 invalid_transform: ${said.join(", ")}; 36 MP by the picture's own size fail with image_too_large`;
    if (!arena.long) return `${figure}; ${await arena.settled(load)}`;
    const fails = ["engine_timeout", "out_of_memory"] as const;
    const end = await finalOf(arena, load, { ...arena.ordinary, name: "25mp.jpg", variants: largest });
    if (end.error)
      for (const [id, one] of load.accepted) if (id === end.id) load.accepted.set(id, { ...one, fails });
    if (end.ms > mostMs) throw new Error(`AVIF of 25 MP took ${(end.ms / 1_000).toFixed(0)} s`);
    const words = end.error?.message ?? "done";
    return `${figure}; AVIF of 25 MP after ${(end.ms / 1_000).toFixed(0)} s: ${words}; ${await arena.settled(load)}`;
  },
};
