import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

interface Pair {
  readonly client: Socket;
  readonly server: Socket;
  /** What the client has sent so far, to tell connections apart. */
  sent: string;
  swallowed: boolean;
  /** Bytes from the client so far. */
  carried: number;
  /** What the client has sent since it was held back. */
  late?: Buffer[];
}

interface Hold {
  readonly bytes: number;
  readonly onReached: () => void;
}

/** Stands between a client and a server and can lose what they say without closing anything, as a dead router does. */
export class TcpProxy {
  readonly #listener: Server;
  readonly #pairs = new Set<Pair>();
  #target: number;
  #hold: Hold | undefined;
  #swallows: (sent: string) => boolean = () => false;
  #holdsBack: ((bytes: Buffer) => boolean) | undefined;
  #onHeldBack: (deliver: () => void) => void = () => {};
  #delayMs = 0;

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

  /** Open connections that sent what `which` knows become black holes in both directions; new ones do not. Says how many. */
  swallowOpen(which: (sent: string) => boolean): number {
    const chosen = [...this.#pairs].filter(({ swallowed, sent }) => !swallowed && which(sent));
    for (const pair of chosen) pair.swallowed = true;
    return chosen.length;
  }

  /** So do new ones, as soon as they send it. */
  swallow(which: (sent: string) => boolean = () => true): void {
    this.swallowOpen(which);
    this.#swallows = which;
  }

  /** From now on everything takes so much longer, in each direction; 0: as quick as it was. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** What was swallowed stays lost, and the black holes stay black holes; new connections pass. */
  heal(): void {
    this.#swallows = () => false;
  }

  /**
   * Resolves when one connection has carried that many bytes to the server since now; it is held there. The server
   * has nearly all of them.
   */
  holdAfter(bytes: number): Promise<void> {
    for (const pair of this.#pairs) pair.carried = 0;
    return new Promise((resolve) => {
      this.#hold = { bytes, onReached: resolve };
    });
  }

  /**
   * The first connection that sends what `which` knows is held back from there on. Resolves then, to what delivers it:
   * the server gets all of it, also when the client is gone by then, as from a line that was dead for a while.
   */
  holdBack(which: (sent: string) => boolean): Promise<() => void> {
    return new Promise((resolve) => {
      this.#holdsBack = (bytes) => {
        if (!which(bytes.toString("latin1"))) return false;
        this.#holdsBack = undefined;
        return true;
      };
      this.#onHeldBack = resolve;
    });
  }

  /** Where new connections go. */
  retarget(port: number): void {
    this.#target = port;
  }

  /** Cuts every connection with a reset; how many there were. */
  cut(): number {
    const pairs = [...this.#pairs];
    for (const { client, server } of pairs) {
      client.resetAndDestroy();
      server.destroy();
    }
    return pairs.length;
  }

  async close(): Promise<void> {
    this.cut();
    this.#listener.close();
    await once(this.#listener, "close");
  }

  #join(client: Socket): void {
    const server = connect(this.#target, "127.0.0.1");
    const pair: Pair = { client, server, sent: "", swallowed: false, carried: 0 };
    this.#pairs.add(pair);
    const toServer = this.#writer(server);
    const toClient = this.#writer(client);
    client.on("data", (bytes) => {
      pair.sent = (pair.sent + bytes.toString("latin1")).slice(-100_000);
      pair.swallowed ||= this.#swallows(pair.sent);
      if (pair.late) return void pair.late.push(bytes);
      if (this.#holdsBack?.(bytes)) {
        pair.late = [bytes];
        return this.#onHeldBack(() => deliver(pair));
      }
      if (!pair.swallowed && !toServer(bytes)) client.pause();
      pair.carried += bytes.length;
      if (!this.#hold || pair.carried < this.#hold.bytes) return;
      const { onReached } = this.#hold;
      this.#hold = undefined;
      client.pause();
      client.removeAllListeners("data");
      onReached();
    });
    server.on("drain", () => client.resume());
    server.on("data", (bytes) => {
      if (!pair.swallowed) toClient(bytes);
    });
    for (const [one, other] of [
      [client, server],
      [server, client],
    ] as const) {
      one.on("error", () => {});
      one.on("close", () => {
        if (pair.late && one === client) return;
        this.#pairs.delete(pair);
        other.destroy();
      });
    }
  }

  /** Writes at once or late, never out of order; `false` as of `write`. */
  #writer(socket: Socket): (bytes: Buffer) => boolean {
    let late = Promise.resolve();
    let waiting = 0;
    return (bytes) => {
      if (this.#delayMs === 0 && waiting === 0) return socket.write(bytes);
      waiting += 1;
      const due = sleep(this.#delayMs);
      late = late
        .then(() => due)
        .then(() => {
          waiting -= 1;
          if (socket.writable) socket.write(bytes);
        });
      return true;
    };
  }
}

function deliver({ client, server, late = [] }: Pair): void {
  for (const bytes of late.splice(0)) server.write(bytes);
  if (client.destroyed) server.end();
}
