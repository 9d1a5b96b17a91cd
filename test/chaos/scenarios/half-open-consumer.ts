import type { Scenario } from "../scenario.ts";

/** The connections of a consumer; the one that counts and enqueues says neither. */
export const ofConsumer = (sent: string) => /bzpopmin|stalled-check/i.test(sent);

/** A connection that says nothing is given up after 15 s; after 30 s the watchdog would come, which must not be needed. */
const withinMs = 28_000;

export const halfOpenConsumer: Scenario = {
  row: "Redis: half-open connections (invariant 8)",
  name: "the connections on which workers wait for jobs die without a word, the others live",
  async play(arena) {
    const dead = arena.fleet.lines.redis.swallowOpen(ofConsumer);
    if (dead < arena.workers.length) throw new Error(`only ${dead} connections were of consumers`);
    const diedAt = performance.now();
    const load = arena.load({ images: 40 });
    await load.reached(1);
    await arena.rows.oneMoreFinal(2 * withinMs);
    const ms = performance.now() - diedAt;
    const figure = `${dead} connections dead, the first image final after ${(ms / 1_000).toFixed(1)} s`;
    if (ms > withinMs) throw new Error(figure);
    await load.done;
    return `${figure}; ${await arena.settled(load)}`;
  },
};
