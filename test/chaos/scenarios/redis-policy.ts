import type { Scenario } from "../scenario.ts";

export const wrongEvictionPolicy: Scenario = {
  row: "Redis: wrong eviction policy",
  name: "a worker starts on a Redis that would evict jobs",
  async play(arena) {
    await arena.fleet.redis.ask("CONFIG", "SET", "maxmemory-policy", "allkeys-lru");
    const startedAt = performance.now();
    const words = await arena.fleet.launch("worker", { PIXMILL_WORKER_NAME: "worker-4" }).then(
      async (worker) => {
        await worker.killAll();
        return "";
      },
      (error: unknown) => String(error),
    );
    await arena.fleet.redis.ask("CONFIG", "SET", "maxmemory-policy", "noeviction");
    if (!words.includes("maxmemory-policy allkeys-lru")) throw new Error(`it was not refused: ${words}`);
    return `refused with a sentence after ${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  },
};
