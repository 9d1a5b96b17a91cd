import { until } from "../../support/until.ts";
import { openSocket, type RawSocket } from "../raw-socket.ts";
import { type Described, isOfTus } from "./of-all.ts";
import { key, type World } from "./world.ts";

interface Slow {
  readonly one: Described;
  readonly raw: RawSocket;
}

/** Requests whose bodies never come, one of each operation that reads one, begun long before their end is looked at. */
export class SlowBodies {
  readonly #sockets: readonly Slow[];

  private constructor(sockets: readonly Slow[]) {
    this.#sockets = sockets;
  }

  static async begin(world: World, operations: readonly Described[]): Promise<SlowBodies> {
    const reading = operations.filter(({ statuses }) => statuses.includes(408));
    const port = Number(new URL(world.url).port);
    const sockets = reading.map(async (one) => {
      const raw = await openSocket(port);
      const path = one.operation === "sendUpload" ? await world.upload(1000) : one.path;
      const type = isOfTus(one) ? "application/offset+octet-stream" : "application/json";
      const tus = isOfTus(one)
        ? `Tus-Resumable: 1.0.0\r\n${one.method === "POST" ? "Upload-Length: 1000" : "Upload-Offset: 0"}\r\n`
        : "";
      raw.send(
        `${one.method} ${path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${key}\r\n` +
          `Content-Type: ${type}\r\nContent-Length: 1000\r\n${tus}\r\n{`,
      );
      return { one, raw };
    });
    return new SlowBodies(await Promise.all(sockets));
  }

  /** The answers, by operation: `408 request_timeout`. */
  async answers(): Promise<string[]> {
    const answered = this.#sockets.map(async ({ one, raw }) => {
      const text = () => raw.received();
      await until(() => text().includes('"requestId"'), {
        what: `the end of ${one.operation}`,
        withinMs: 120_000,
      });
      raw.destroy();
      const status = /^HTTP\/1\.1 (\d+)/.exec(text())?.[1];
      return `${one.operation} ${status} ${/"code":"(\w+)"/.exec(text())?.[1]}`;
    });
    return Promise.all(answered);
  }

  get expected(): string[] {
    return this.#sockets.map(({ one }) => `${one.operation} 408 request_timeout`);
  }

  close(): void {
    for (const { raw } of this.#sockets) raw.destroy();
  }
}
