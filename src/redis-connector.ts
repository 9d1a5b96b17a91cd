import { createConnection, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";
import { AbstractConnector, type RedisOptions } from "ioredis";

/** From a connection to the first answer of the server, in milliseconds. */
const greetingMs = 2_000;

type Options = Pick<RedisOptions, "disconnectTimeout" | "host" | "port" | "path" | "family" | "tls">;

/**
 * ioredis's way to one server, with a deadline for its first answer. Without it a connection that a black hole took
 * is waited on for `socketTimeout`, which is as long as the longest blocking read: begun in the last moment of an
 * outage, it would put off the end of the outage by so much.
 */
export class GreetedConnector extends AbstractConnector {
  readonly #options: Options;
  #left: Socket | undefined;

  constructor(options: unknown) {
    super((options as Options).disconnectTimeout ?? greetingMs);
    this.#options = options as Options;
  }

  override async connect(): Promise<Socket> {
    this.connecting = true;
    await new Promise(process.nextTick);
    if (!this.connecting) throw new Error("Connection is closed.");
    const { host = "127.0.0.1", port = 6379, path, family, tls } = this.#options;
    const to = path ? { path } : { host, port, ...(family !== undefined && { family }) };
    const stream = tls ? connectTls({ ...to, ...tls }) : createConnection(to);
    this.stream = stream;
    stream.once("error", (error: Error) => {
      this.firstError = error;
    });
    stream.once(tls ? "secureConnect" : "connect", () => expectAnswer(stream));
    return stream;
  }

  /** Once for each connection: every write that was sent and is refused asks for it, and each time would be one more timer. */
  override disconnect(): void {
    this.connecting = false;
    if (this.stream && this.stream === this.#left) return;
    this.#left = this.stream as Socket | undefined;
    super.disconnect();
  }
}

/** Counted by bytes: a listener for data would take them from who reads them. */
function expectAnswer(stream: Socket): void {
  const before = stream.bytesRead;
  const timer = setTimeout(() => {
    if (stream.bytesRead === before) stream.destroy(new Error("Redis took the connection and said nothing."));
  }, greetingMs);
  stream.once("close", () => clearTimeout(timer));
}
