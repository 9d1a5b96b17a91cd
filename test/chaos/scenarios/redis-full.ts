import { setTimeout as sleep } from "node:timers/promises";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { Scenario } from "../scenario.ts";

export const redisAtItsLimit: Scenario = {
  row: "Redis: maxmemory",
  name: "Redis is at its maxmemory and takes nothing",
  play: (arena) =>
    arena.inMidRun(arena.of(40, 120), async () => {
      const limit = (bytes: string) => arena.fleet.redis.ask("CONFIG", "SET", "maxmemory", bytes);
      await limit("1");
      try {
        await until(() => isTold(arena), { what: "a level of redis above its limit", withinMs: 60_000 });
        await sleep(arena.of(3_000, 30_000));
      } finally {
        await limit("0");
      }
    }),
};

async function isTold({ url }: Arena): Promise<boolean> {
  const { levels } = (await (await fetch(`${url}/v1/queue`)).json()) as {
    levels: { name: string; effect: string | null }[];
  };
  return levels.some(({ name, effect }) => name === "redis" && effect !== null);
}
