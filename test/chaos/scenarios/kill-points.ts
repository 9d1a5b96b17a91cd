import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.ts";
import type { Arena } from "../arena.ts";
import type { Scenario } from "../scenario.ts";
import type { WayIn } from "../ways-in.ts";

/** Where an API dies, and what comes in there. */
const ofApis: readonly (readonly [point: string, way: WayIn])[] = [
  ["before-write", "raw"],
  ["before-fsync", "raw"],
  ["before-rename", "raw"],
  ["before-row", "raw"],
  ["before-commit", "raw"],
  ["before-enqueue", "raw"],
  ["before-answer", "raw"],
  ["before-commit", "batch"],
  ["before-row", "tus"],
];
const ofWorkers = ["before-result", "before-result-row"] as const;
/** In that order at those that die; later ones come to one that lives. */
const ways = [...ofApis.map(([, way]) => way), "source"] as const;

const preload = fileURLToPath(new URL("../kill-point.ts", import.meta.url));
const dieAt = (point: string) => ({ CHAOS_KILL_AT: point, NODE_OPTIONS: `--import=${preload}` });

export const killPoints: Scenario = {
  row: "Kill between write, fsync, rename, row and enqueue (25 times at each)",
  name: "processes kill themselves at each step of accepting an image and of storing a result",
  async play(arena) {
    const rounds = arena.of(1, 25);
    let figure = "";
    for (let round = 0; round < rounds; round += 1) figure = await atEveryPoint(arena);
    const count = ofApis.length + ofWorkers.length;
    return `${rounds * count} kills at ${count} points, each upload sent again under its key; at the last, ${figure}`;
  },
};

/** One more process for each point; the uploads of those that accept are sent again, to another. */
async function atEveryPoint(arena: Arena): Promise<string> {
  const ports = await Promise.all(ofApis.map(() => freePort()));
  const apis = ofApis.map(([point], index) =>
    arena.fleet.launch("api", { PORT: String(ports[index]), ...dieAt(point) }),
  );
  const workers = ofWorkers.map((point) =>
    arena.fleet.launch("worker", { PIXMILL_WORKER_NAME: `worker-${point}`, ...dieAt(point) }),
  );
  const doomed = await Promise.all([...apis, ...workers]);
  arena.killed += doomed.length;
  const firstUrls = ports.map((port) => `http://127.0.0.1:${port}`);
  const load = arena.load({ firstUrls, ways, parallel: firstUrls.length });
  const codes = await Promise.all(doomed.map(({ exited }) => exited));
  // A signal leaves no code.
  if (codes.some((code) => code !== null)) throw new Error(`ended by themselves: ${codes.join(", ")}`);
  await load.finish();
  return await arena.settled(load);
}
