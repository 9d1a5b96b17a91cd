import { once } from "node:events";
import { EventStream } from "../../../src/events/event-stream.ts";
import { until } from "../../support/until.ts";
import type { Arena } from "../arena.ts";
import type { Load } from "../load.ts";
import { finalOf } from "../one-upload.ts";
import { listen } from "./event-listener.ts";

/** More than wait for one reader, what the network holds for it included, and more than are kept for who comes back. */
const events = 14_000;
const readers = 5;

/** Many and with long names: an image that is long to tell of soon fills the network. */
const variants = JSON.stringify(
  Array.from({ length: 20 }, (_, index) => ({
    name: `${"a-long-name-".repeat(4)}${index}`,
    width: 100 + 4 * index,
  })),
);

/**
 * One image is told of again and again, to some who read nothing of it: they are dropped. Whoever comes back with the
 * id of an event before all that is told to begin anew.
 */
export async function flooded(arena: Arena, load: Load, lastEventId: string): Promise<string> {
  const port = Number(new URL(arena.url).port);
  const { id: imageId } = await finalOf(arena, load, { ...arena.ordinary, variants });
  const silent = await Promise.all(Array.from({ length: readers }, () => listen(port, { imageId })));
  for (const { socket } of silent) socket.pause();
  const client = arena.fleet.redis.client();
  const stream = new EventStream("pixmill");
  const tell = () => stream.append(client, { type: "image.done", imageId });
  await Promise.all(Array.from({ length: events }, tell));
  client.disconnect();
  // The API may still have many of them to read.
  const isTooOld = async () => {
    const late = await listen(port, { lastEventId });
    late.socket.destroy();
    return late.heard().includes("event: reset");
  };
  await until(isTooOld, { what: "an id of today that is too old" });
  // Who is not dropped goes on reading for ever.
  const ends = silent.map(({ socket }) => once(socket, "close", { signal: AbortSignal.timeout(60_000) }));
  for (const { socket } of silent) socket.resume();
  await Promise.all(ends).catch(() => {
    throw new Error(`who read nothing of ${events} events is still connected`);
  });
  return `${readers} who read nothing of ${events} events dropped, an id from before them told to begin anew`;
}
