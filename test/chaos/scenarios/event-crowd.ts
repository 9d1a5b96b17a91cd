import { measureProcesses } from "../process-size.ts";
import type { Scenario } from "../scenario.ts";
import { flooded } from "./event-flood.ts";
import { type Listener, listen } from "./event-listener.ts";

/** Of the API's memory, a client. */
const bytesEach = 50_000;
/** What a process takes and gives by itself meanwhile. */
const noise = 12 * 1024 ** 2;

export const eventCrowd: Scenario = {
  row: "5,000 event-stream clients, 500 that do not read, a reconnect storm, an id of last week",
  name: "many listen to events, a tenth of them read nothing, and all come back at once",
  async play(arena) {
    const clients = arena.of(300, 5_000);
    const { pid } = await arena.api.alive();
    const memory = async () => (await measureProcesses([pid])).get(pid)?.memory ?? 0;
    const { port } = new URL(arena.url);
    const before = await memory();
    const first = await crowd(Number(port), clients);
    const load = arena.load({ images: arena.of(30, 300) });
    await load.done;
    await arena.rows.noneUnfinished(120_000);
    const withCrowd = await memory();
    const each = (withCrowd - before) / clients;
    for (const { socket } of first) socket.destroy();
    const again = await crowd(Number(port), clients, "lastweek-1");
    const more = (await memory()) - withCrowd;
    const reset = again.filter(({ heard }) => heard().includes("event: reset")).length;
    for (const { socket } of again) socket.destroy();
    const idOfToday = first.map(({ heard }) => /^id: (.+)$/m.exec(heard())?.[1]).find(Boolean);
    if (idOfToday === undefined) throw new Error("nobody heard of an image");
    const dropped = await flooded(arena, load, idOfToday);
    if (each > bytesEach + noise / clients) throw new Error(`${Math.round(each)} bytes a client`);
    if (more > (bytesEach * clients) / 4 + noise)
      throw new Error(`the second crowd took ${more >> 20} MB more`);
    if (reset < clients * 0.9) throw new Error(`${reset} of ${clients} were told to begin anew`);
    // V8's heap comes back; what lay beside it the C library keeps for the next crowd.
    arena.allow(arena.api.name, bytesEach * clients);
    return `${clients} clients, ${Math.max(0, Math.round(each / 1_000))} kB each; ${reset} told to begin anew; ${dropped}; ${await arena.settled(load)}`;
  },
};

async function crowd(port: number, count: number, lastEventId = ""): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const some = Math.min(100, count - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: some }, () => listen(port, { lastEventId })))));
  }
  // Without an id a tenth falls silent as soon as it is connected.
  if (lastEventId === "") for (const { socket } of listeners.slice(0, count / 10)) socket.pause();
  return listeners;
}
