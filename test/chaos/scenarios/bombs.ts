import { bombs } from "../../pictures/index.ts";
import { peakGrowth } from "../../support/process-memory.ts";
import { refusedAs } from "../one-upload.ts";
import type { Scenario } from "../scenario.ts";

const megabyte = 1024 ** 2;

/** Of each, at the quickest; a test run shares its machine with others. */
const mostMs = { short: 1_000, long: 100 };
/** Of the API at its peak, for the first, which is the longest file. */
const mostGrowth = { short: 32 * megabyte, long: 10 * megabyte };

export const sizeBombs: Scenario = {
  row: "PNG 50,000×50,000 and 84 bytes long, 9,999,999×5, 1,000,000×49; WebP of 34 bytes, AVIF 8,000², interlaced and progressive 16,000²",
  name: "pictures that only say they are large come among good ones",
  async play(arena) {
    const { pid } = await arena.api.alive();
    const contents = await Promise.all(bombs.map(async ([name, make]) => ({ name, content: await make() })));
    const [largest] = contents;
    if (!largest) throw new Error("there are no bombs");
    const refuse = (content: Buffer) => refusedAs("422 image_too_large", arena.url, content);
    // While nothing else grows.
    const { result: firstMs, grown } = await peakGrowth(pid, () => refuse(largest.content));
    const load = arena.load({ images: arena.of(12, 300) });
    await load.reached(1 / 3);
    const times = [`${largest.name} ${firstMs.toFixed(0)} ms and ${(grown / megabyte).toFixed(0)} MB`];
    let slowest = firstMs;
    for (const { name, content } of contents.slice(1)) {
      const ms = await refuse(content);
      slowest = Math.max(slowest, ms);
      times.push(`${name} ${ms.toFixed(0)} ms`);
    }
    const figure = `refused as image_too_large: ${times.join(", ")}`;
    if (slowest > arena.of(mostMs.short, mostMs.long)) throw new Error(figure);
    if (grown > arena.of(mostGrowth.short, mostGrowth.long)) throw new Error(figure);
    return `${figure}; ${await arena.settled(load)}`;
  },
};
