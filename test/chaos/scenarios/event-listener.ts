import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A client of the event stream. */
export interface Listener {
  readonly socket: Socket;
  /** The first 4,000 characters. */
  readonly heard: () => string;
}

interface Wish {
  /** Empty: none. */
  readonly lastEventId?: string;
  readonly imageId?: string;
}

/** Resolves when it is connected; one who comes back, when it is told something. */
export async function listen(port: number, { lastEventId = "", imageId = "" }: Wish = {}): Promise<Listener> {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  let text = "";
  const query = imageId && `?imageId=${imageId}`;
  const header = lastEventId && `Last-Event-ID: ${lastEventId}\r\n`;
  socket.write(`GET /v1/events${query} HTTP/1.1\r\nHost: x\r\n${header}\r\n`);
  socket.on("data", (bytes) => {
    text = (text + bytes.toString("latin1")).slice(0, 4_000);
  });
  const enough = lastEventId ? "event: " : "200 OK";
  while (!text.includes(enough) && !socket.destroyed) {
    await Promise.race([once(socket, "data"), once(socket, "close")]).catch((error: unknown) => {
      const who = lastEventId || imageId || "somebody new";
      throw new Error(`${who} who had heard “${text.slice(0, 200)}”: ${String(error)}`);
    });
  }
  return { socket, heard: () => text };
}
