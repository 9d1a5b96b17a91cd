import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client has sent so far, to tell connections apart. */
  sent: string;
}

/** Stands between a client and a server and can lose what they say without closing anything, as a dead router does. */
export class TcpProxy {
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  readonly #target: number;
  #swallows: ((sent: string) => boolean) | undefined;

  private constructor(listener: Server, target: number) {
    this.#listener = listener;
    this.#target = target;
    listener.on("connection", (client) => this.#join(client));
  }

  static async to(target: number): Promise<TcpProxy> {
    const listener = createServer().listen(0, "127.0.0.1");
    await once(listener, "listening");
    return new TcpProxy(listener, target);
  }

  get port(): number {
    const address = this.#listener.address();
    if (address === null || typeof address === "string") throw new Error("the proxy is closed");
    return address.port;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** From now on, connections that sent something that `which` knows are black holes in both directions. */
  swallow(which: (sent: string) => boolean = () => true): void {
    this.#swallows = which;
  }

  /** New bytes pass again; what was swallowed stays lost. */
  heal(): void {
    this.#swallows = undefined;
  }

  /** Cuts every connection with a reset. */
  cut(): void {
    for (const { client, server } of this.#pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
  }

  async close(): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const pair: Pair = { client, server, sent: "" };
    this.#pairs.add(pair);
    client.on("data", (bytes) => {
      pair.sent = (pair.sent + bytes.toString("latin1")).slice(-10_000);
      if (!this.#swallows?.(pair.sent)) server.write(bytes);
    });
    server.on("data", (bytes) => {
      if (!this.#swallows?.(pair.sent)) client.write(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => {
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
  }
}
