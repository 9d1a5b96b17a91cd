import type { Scenario } from "../scenario.ts";

/** The connections of a consumer; the one that counts and enqueues says neither. */
export const ofConsumer = (sent: string) => /bzpopmin|stalled-check/i.test(sent);

export const halfOpenConsumer: Scenario = {
  row: "Watchdog: a half-open connection (invariant 8)",
  name: "the connections on which workers wait for jobs die without a word, the others live",
  onlyLong: true,
  async play(arena) {
    const dead = arena.fleet.lines.redis.swallowOpen(ofConsumer);
    if (dead < arena.workers.length) throw new Error(`only ${dead} connections were of consumers`);
    const load = arena.load({ images: 40 });
    await load.done;
    const said = ({ current }: (typeof arena.workers)[0]) => current?.output() ?? "";
    const rebuilt = arena.workers.filter((worker) => said(worker).includes("building a new consumer")).length;
    return `${dead} connections dead, ${rebuilt} consumers built anew by the watchdog; ${await arena.settled(load)}`;
  },
};
