import { until } from "../../support/until.ts";
import type { Scenario } from "../scenario.ts";

/** The connections of a consumer; the one that counts and enqueues says neither. */
export const ofConsumer = (sent: string) => /bzpopmin|stalled-check/i.test(sent);

/** The connection of a worker that waits now; the other one says something every five seconds. */
const waits = (sent: string) => /bzpopmin/i.test(sent);

/** A connection that says nothing is given up after 15 s; after 30 s the watchdog would come, which must not be needed. */
const withinMs = 28_000;

export const halfOpenConsumer: Scenario = {
  row: "Redis: half-open connections (invariant 8)",
  name: "the connections on which workers wait for jobs die without a word, the others live",
  onlyLong: true,
  async play(arena) {
    const { redis } = arena.fleet.lines;
    const dead = redis.swallowOpen(ofConsumer);
    if (dead < arena.workers.length) throw new Error(`only ${dead} connections were of consumers`);
    const diedAt = performance.now();
    const load = arena.load({ images: 40 });
    const areAllBack = () => redis.living(waits) >= arena.workers.length;
    await until(areAllBack, { what: "the wait of every worker on a new connection", withinMs });
    const seconds = (performance.now() - diedAt) / 1_000;
    await load.done;
    return `${dead} connections dead, every worker waits on a new one after ${seconds.toFixed(1)} s; ${await arena.settled(load)}`;
  },
};
