import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { measureProcesses } from "../process-size.ts";
import type { Scenario } from "../scenario.ts";

/** Of the API's memory, a client. */
const bytesEach = 50_000;
/** What a process takes and gives by itself meanwhile. */
const noise = 24 * 1024 ** 2;

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
    const each = ((await memory()) - before) / clients;
    for (const { socket } of first) socket.destroy();
    const again = await crowd(Number(port), clients, "lastweek-1");
    const reset = again.filter(({ heard }) => heard().includes("event: reset")).length;
    for (const { socket } of again) socket.destroy();
    if (each > bytesEach + noise / clients) throw new Error(`${Math.round(each)} bytes a client`);
    if (reset < clients * 0.9) throw new Error(`${reset} of ${clients} were told to begin anew`);
    return `${clients} clients, ${Math.max(0, Math.round(each / 1_000))} kB each; ${reset} told to begin anew; ${await arena.settled(load)}`;
  },
};

interface Listener {
  readonly socket: Socket;
  readonly heard: () => string;
}

async function crowd(port: number, count: number, lastEventId?: string): Promise<readonly Listener[]> {
  const listeners: Listener[] = [];
  while (listeners.length < count) {
    const some = Math.min(100, count - listeners.length);
    listeners.push(...(await Promise.all(Array.from({ length: some }, () => listen(port, lastEventId)))));
  }
  // Without an id a tenth falls silent as soon as it is connected.
  if (lastEventId === undefined) for (const { socket } of listeners.slice(0, count / 10)) socket.pause();
  return listeners;
}

async function listen(port: number, lastEventId?: string): Promise<Listener> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  const id = lastEventId === undefined ? "" : `Last-Event-ID: ${lastEventId}\r\n`;
  socket.write(`GET /v1/events HTTP/1.1\r\nHost: x\r\n${id}\r\n`);
  socket.on("data", (bytes) => {
    text = (text + bytes.toString("latin1")).slice(0, 4_000);
  });
  while (!text.includes(lastEventId === undefined ? "200 OK" : "event: ") && !socket.destroyed) {
    await Promise.race([once(socket, "data"), once(socket, "close")]);
  }
  return { socket, heard: () => text };
}
