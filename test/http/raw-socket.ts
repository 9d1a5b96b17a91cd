import { connect, type Socket } from "node:net";
import { until } from "../support/until.ts";

/** A connection on which a test writes bytes as they are. */
export interface RawSocket {
  readonly socket: Socket;
  send(...pieces: (string | Uint8Array)[]): void;
  /** Everything received so far. */
  received(): string;
  /** Resolves with everything received once it holds `text`. */
  until(text: string | RegExp): Promise<string>;
  /** Resolves with everything received once the server has ended the connection. */
  untilClosed(): Promise<string>;
  destroy(): void;
}

export async function openSocket(port: number): Promise<RawSocket> {
  const socket = connect(port, "127.0.0.1");
  let text = "";
  let closed = false;
  socket.setEncoding("latin1").on("data", (chunk: string) => {
    text += chunk;
  });
  // A reset after the answer is one of the things that tests look for: it shows as a close with no answer.
  socket.on("error", () => {});
  socket.on("close", () => {
    closed = true;
  });
  await until(() => !socket.connecting, { what: "the connection" });
  return {
    socket,
    send(...pieces) {
      for (const piece of pieces) socket.write(piece);
    },
    received: () => text,
    async until(wanted) {
      const there = () => (typeof wanted === "string" ? text.includes(wanted) : wanted.test(text));
      await until(() => there() || closed, { what: `${wanted} on the connection` });
      if (!there()) throw new Error(`The connection ended without ${wanted}: ${text}`);
      return text;
    },
    async untilClosed() {
      await until(() => closed, { what: "the end of the connection" });
      return text;
    },
    destroy: () => socket.destroy(),
  };
}

/** One request in its own connection; resolves with the whole answer. */
export async function exchange(port: number, ...pieces: (string | Uint8Array)[]): Promise<string> {
  const raw = await openSocket(port);
  raw.send(...pieces);
  try {
    return await raw.untilClosed();
  } finally {
    raw.destroy();
  }
}
