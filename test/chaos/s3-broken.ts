import { setTimeout as sleep } from "node:timers/promises";
import type { S3Fault } from "../support/s3-front.ts";
import { until } from "../support/until.ts";
import type { Arena } from "./arena.ts";
import type { LoadOptions } from "./load.ts";
import { Readers } from "./readers.ts";

interface Options extends Pick<LoadOptions, "mayBeUnanswered"> {
  /** Requests that each fault must have met, so that it proves something; 3 when not given. */
  readonly metByEach?: number;
}

/** Of all uploads: what is gone at the next try is hardly noticed by any. Without tries every other one would be. */
const mostRefused = 1 / 4;

/** Breaks the way to S3 in mid-run, and heals it when each fault has met enough; resolves to the figure. */
export async function s3Broken(
  arena: Arena,
  faults: readonly S3Fault[],
  { metByEach = 3, ...options }: Options = {},
): Promise<string> {
  const { front } = arena.s3;
  const load = arena.load({ images: arena.of(12, 200), ...options });
  await load.reached(1 / 4);
  const strikes = faults.map((fault) => front.break(fault));
  const readers = new Readers(arena, load);
  try {
    await sleep(arena.of(1_000, 60_000));
    const met = () => strikes.every(({ struck }) => struck >= metByEach);
    await until(met, { what: "a request that each fault meets", withinMs: 60_000 });
  } finally {
    front.heal();
    await readers.end();
  }
  const counts = strikes.map(({ struck }, index) => `${struck} × ${faults[index]?.what}`).join(", ");
  const reads = `${readers.whole} downloads came whole, ${readers.broken} were refused or broke off`;
  const figure = `${counts}; ${reads}; ${await arena.settled(load)}`;
  const refused = [...load.refused.values()].reduce((sum, times) => sum + times, 0);
  if (!options.mayBeUnanswered && refused > load.accepted.size * mostRefused)
    throw new Error(`requests were not made again: ${figure}`);
  return figure;
}
