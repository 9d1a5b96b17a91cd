import { SourceServer } from "../flow/source-server.ts";
import { Receiver } from "../support/receiver.ts";
import { until } from "../support/until.ts";
import type { Load, Picture } from "./load.ts";

/** A second try comes after 5 s, a third 30 s later, and a fourth after two minutes. */
const toldWithinMs = 180_000;

/** What is not of the service and not broken: who sends pictures by address, and who wants to be told of their end. */
export class Outside {
  readonly #sources: SourceServer;
  readonly #receiver: Receiver;

  private constructor(sources: SourceServer, receiver: Receiver) {
    this.#sources = sources;
    this.#receiver = receiver;
  }

  static async open(): Promise<Outside> {
    return new Outside(await SourceServer.start(), await Receiver.start());
  }

  callbackUrl(path: string): string {
    return this.#receiver.url + path;
  }

  /** Where the picture is from now on. */
  sourceUrl({ name, content }: Picture): string {
    this.#sources.answers.set(`/${name}`, (response) => void response.end(content));
    return this.#sources.url(`/${name}`);
  }

  /** Whoever asked for it was told of the end, and of no other: again perhaps, but as one and the same webhook. */
  async faults({ told }: Load): Promise<string[]> {
    const wrong = () =>
      [...told].flatMap(([path, type]) => {
        const came = this.#receiver.at(path);
        const types = new Set(came.map(({ body }) => (JSON.parse(body) as { type: string }).type));
        const ids = new Set(came.map(({ headers }) => headers["webhook-id"]));
        if (ids.size === 1 && types.size === 1 && types.has(type)) return [];
        return [`instead of ${type}, ${ids.size} webhooks came: ${[...types].join(", ")}`];
      });
    await until(() => wrong().length === 0, { withinMs: toldWithinMs }).catch(() => {});
    return wrong();
  }

  async close(): Promise<void> {
    await this.#sources.stop();
    await this.#receiver.close();
  }
}
