import { setTimeout as sleep } from "node:timers/promises";
import type { Scenario } from "../scenario.ts";

export const s3Killed: Scenario = {
  row: "S3",
  name: "the S3 server is killed and away for 4 s (25 s in the long form), and readiness names the storage",
  inS3: true,
  async play(arena) {
    const load = arena.load({ images: arena.of(12, 200), mayBeUnanswered: true });
    await load.reached(1 / 4);
    await arena.s3.server.kill();
    const [readiness] = await Promise.all([fetch(`${arena.url}/readyz`), sleep(arena.of(4_000, 25_000))]);
    await arena.s3.server.restart();
    const words = await readiness.text();
    if (readiness.status !== 503 || !words.includes("storage")) throw new Error(`/readyz said ${words}`);
    return await arena.settled(load);
  },
};
