import { once } from "node:events";
import { type ClientRequest, get, type IncomingMessage, request } from "node:http";
import type { Picture } from "./load.ts";

/** An upload whose client sends the first half, and the rest when it is asked to. */
export class SlowUpload {
  /** Settles when the connection is over, however that comes. */
  readonly over: Promise<void>;
  readonly #request: ClientRequest;
  readonly #rest: Buffer;
  readonly #answer: Promise<IncomingMessage>;

  constructor(url: string, { name, content, variants }: Picture) {
    const query = new URLSearchParams({ filename: name, variants });
    const headers = { "content-type": "application/octet-stream", "content-length": content.length };
    this.#request = request(`${url}/v1/images?${query}`, { method: "POST", headers, agent: false });
    this.#answer = once(this.#request, "response").then(([response]) => response as IncomingMessage);
    this.#answer.catch(() => {});
    this.#request.on("error", () => {}); // told by the answer that does not come
    this.over = new Promise((resolve) => this.#request.once("close", resolve));
    const half = Math.floor(content.length / 2);
    this.#request.write(content.subarray(0, half));
    this.#rest = content.subarray(half);
  }

  /** Sends the rest, and resolves to the answer. */
  async finish(): Promise<{ readonly answered: number; readonly id?: string; readonly code?: string }> {
    this.#request.end(this.#rest);
    const response = await this.#answer;
    const body = JSON.parse((await wholeOf(response)).toString()) as { id?: string; code?: string };
    return { answered: response.statusCode ?? 0, ...body };
  }
}

/** A download whose client takes the first bytes, and the rest when it is asked to. */
export class SlowDownload {
  readonly #response: IncomingMessage;
  readonly #first: Buffer;

  private constructor(response: IncomingMessage, first: Buffer) {
    this.#response = response;
    this.#first = first;
  }

  static async begin(url: string): Promise<SlowDownload> {
    const asking = get(url, { agent: false });
    const [response] = (await once(asking, "response")) as [IncomingMessage];
    asking.on("error", () => {}); // told by the response that does not end
    if (response.statusCode !== 200) throw new Error(`${url} was answered ${response.statusCode}`);
    await once(response, "readable");
    return new SlowDownload(response, response.read() as Buffer);
  }

  get bytes(): number {
    return Number(this.#response.headers["content-length"]);
  }

  /** Rejects when it is cut off before its end. */
  async rest(): Promise<Buffer> {
    return Buffer.concat([this.#first, await wholeOf(this.#response)]);
  }
}

async function wholeOf(response: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of response) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}
