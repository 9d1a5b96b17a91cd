import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** Somebody else's web server, which answers as a test wants it to. */
export class SourceServer {
  readonly answers = new Map<string, Answer>();
  /** The paths that were asked for. */
  readonly asked: string[] = [];
  /** Requests that are not over. */
  open = 0;
  readonly #server = createServer((request, response) => {
    const path = request.url ?? "";
    this.asked.push(path);
    this.open += 1;
    response.on("close", () => {
      this.open -= 1;
    });
    const answer = this.answers.get(path);
    if (answer) answer(response, request);
    else response.writeHead(404).end("a secret of the inner server");
  });

  static async start(): Promise<SourceServer> {
    const server = new SourceServer();
    await once(server.#server.listen(0, "127.0.0.1"), "listening");
    return server;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  timesAsked(path: string): number {
    return this.asked.filter((one) => one === path).length;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await once(this.#server.close(), "close");
  }
}
