import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.ts";
import { removeFolder, temporaryFolder } from "../../support/pixmill.ts";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { Scenario } from "../scenario.ts";

const preload = fileURLToPath(new URL("../hanging-storage.ts", import.meta.url));
const name = "worker-hanging";

export const storageHangs: Scenario = {
  row: "Storage that hangs",
  name: "calls to the storage folder do not return (in the long form for longer than a worker waits)",
  async play(arena) {
    const folder = await temporaryFolder("pixmill-chaos-hang-");
    const flag = join(folder, "hang");
    const env = { CHAOS_HANG_WHILE: flag, NODE_OPTIONS: `--import=${preload}` };
    const port = await freePort();
    const [api, worker] = await Promise.all([
      arena.fleet.launch("api", { PORT: String(port), ...env }),
      arena.fleet.launch("worker", { PIXMILL_WORKER_NAME: name, ...env }),
    ]);
    const url = `http://127.0.0.1:${port}`;
    try {
      const images = arena.of(16, 60);
      const firstUrls = Array.from({ length: images }, () => url);
      const load = arena.load({ images, firstUrls, mayBeUnanswered: true });
      await load.reached(1 / 4);
      while (!(await hangsWithAnImage(arena, flag)));
      const hangsAt = performance.now();
      const before = load.accepted.size;
      await isToldBy(url);
      await sleep(arena.of(1_500, 75_000));
      const [accepted, held] = [load.accepted.size - before, (performance.now() - hangsAt) / 1_000];
      // Who stands and waits is told after fifteen seconds, and tried elsewhere here.
      const refused = load.refused.get("503 storage_error") ?? 0;
      if (arena.long && refused === 0) throw new Error("no upload was refused while storage hung");
      if (load.refused.has("no answer")) throw new Error("uploads had no answer");
      // Its lease was renewed all the time; who waits a minute for nothing frees its hand.
      const freed = worker.output().includes("Storage did not answer in 60 s");
      if (freed !== arena.long) throw new Error(`after ${held.toFixed(0)} s its hand was freed: ${freed}`);
      await rm(flag);
      const figure = `${held.toFixed(0)} s, ${refused} uploads refused and ${accepted} accepted meanwhile`;
      await load.done;
      await arena.rows.noneUnfinished(180_000);
      const codes = await Promise.all([api.stop(), worker.stop()]);
      if (codes.some((code) => code !== 0)) throw new Error(`ended with ${codes.join(" and ")} when healed`);
      return `${figure}; ${await arena.settled(load)}`;
    } finally {
      await removeFolder(folder);
      await Promise.all([api.killAll(), worker.killAll()]);
    }
  },
};

/** It may have put its image down in the moment in which the file was made. */
async function hangsWithAnImage({ rows }: Arena, flag: string): Promise<boolean> {
  const held = async () =>
    (await rows.images(`status = 'processing' and worker = '${name}'`)).map(({ id }) => id);
  await until(async () => (await held()).length > 0, { what: "a worker at work", withinMs: 60_000 });
  await writeFile(flag, "");
  const [before] = await held();
  await sleep(2_000); // no picture of the load takes so long
  if (before !== undefined && (await held()).includes(before)) return true;
  await rm(flag);
  return false;
}

async function isToldBy(url: string): Promise<void> {
  const [alive, ready] = await Promise.all([fetch(`${url}/livez`), fetch(`${url}/readyz`)]);
  const words = await ready.text();
  if (alive.status !== 200) throw new Error(`/livez was answered ${alive.status}`);
  if (ready.status !== 503 || !words.includes("storage")) throw new Error(`/readyz said ${words}`);
}
