import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { until } from "../../test/support/until.ts";
import { Connection } from "./connection.ts";
import { PixmillClient } from "./pixmill-client.ts";

describe("a connection to a service that fails in the middle", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.closeAllConnections();
    server?.close();
  });

  async function listen(answer: (path: string, response: ServerResponse) => void): Promise<string> {
    server = createServer((request, response) => {
      request.resume();
      answer(request.url ?? "", response);
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  it("does not wait for ever for the rest of an answer that has begun", async () => {
    const url = await listen((_path, response) => void response.writeHead(200).write('{"id":'));
    const connection = new Connection({ url, retry: () => false });
    await expect(connection.json("/v1/presets", { timeoutMs: 300 })).rejects.toMatchObject({
      code: "connection_failed",
      message: "there was no answer in time",
    });
  });

  it("asks again when the answer broke off", async () => {
    let asked = 0;
    const url = await listen((_path, response) => {
      response.writeHead(200).write('{"id":');
      if (++asked === 1) setImmediate(() => response.destroy());
      else response.end('"a"}');
    });
    expect(await new Connection({ url }).json("/v1/images/a")).toEqual({ id: "a" });
    expect(asked).toBe(2);
  });

  it("stops the other uploads of a batch with the one that went wrong", async () => {
    const held: ServerResponse[] = [];
    let uploads = 0;
    let files = 0;
    const url = await listen((path, response) => {
      if (path === "/v1/batches") return void response.end('{"id":"b"}');
      uploads += 1;
      if (uploads < 3) return void held.push(response);
      response.destroy();
    });
    function* endless() {
      for (;;) {
        files += 1;
        yield new Blob(["x"]);
      }
    }
    const { batches } = new PixmillClient({ url, retry: () => false });
    await expect(batches.upload(endless(), { concurrency: 3 })).rejects.toMatchObject({
      code: "connection_failed",
    });
    await until(() => held.every(({ destroyed, closed }) => destroyed || closed), {
      what: "the end of the other uploads",
    });
    expect([held.length, files]).toEqual([2, 3]);
  });
});
