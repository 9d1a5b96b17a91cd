import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A webhook as it came in. */
export interface Received {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}

export type Answer = (response: ServerResponse, received: Received, request: IncomingMessage) => void;

const acknowledge: Answer = (response) => void response.writeHead(204).end();
export const hang: Answer = () => {};

/** A receiver of webhooks on this machine, which answers each path as it is told; 204 when it is told nothing. */
export class Receiver {
  readonly received: Received[] = [];
  readonly answers = new Map<string, Answer>();
  /** The most requests that were unanswered at once. */
  mostAtOnce = 0;
  readonly #server: Server;
  #open = 0;

  private constructor() {
    this.#server = createServer((request, response) => void this.#take(request, response));
  }

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await once(receiver.#server.listen(0, "127.0.0.1"), "listening");
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** What came to a path so far. */
  at(path: string): Received[] {
    return this.received.filter((received) => received.path === path);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#open += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#open);
    response.once("close", () => {
      this.#open -= 1;
    });
    const path = request.url ?? "";
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const received = { path, headers, body: await text(request) };
    this.received.push(received);
    (this.answers.get(path) ?? acknowledge)(response, received, request);
  }
}
