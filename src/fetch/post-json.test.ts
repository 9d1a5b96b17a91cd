import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { postDeadlines, postJson } from "./post-json.ts";

describe("a receiver", () => {
  let server: Server;
  let base: string;
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  beforeEach(async () => {
    server = createServer((request, response) => answer(request, response));
    await once(server.listen(0, "127.0.0.1"), "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });
  const policy = { allowPrivate: true };

  it("gets the text and the headers, and its answer is told", async () => {
    let seen: unknown;
    answer = async (request, response) => {
      seen = [
        request.method,
        request.headers["webhook-id"],
        request.headers["content-type"],
        await text(request),
      ];
      response.writeHead(202, { "x-seen": "yes" }).end("thanks");
    };
    const given = await postJson(`${base}/hook`, '{"é":1}', { policy, headers: { "webhook-id": "w1" } });
    expect(seen).toEqual(["POST", "w1", "application/json", '{"é":1}']);
    expect(given).toMatchObject({ status: 202, headers: { "x-seen": "yes" } });
  });

  it("is not followed when it redirects", async () => {
    let times = 0;
    answer = (_request, response) => {
      times += 1;
      response.writeHead(307, { location: "/elsewhere" }).end();
    };
    expect(await postJson(base, "{}", { policy })).toMatchObject({ status: 307 });
    expect(times).toBe(1);
  });

  it("that answers without end is cut at 64 kB", async () => {
    const closed = Promise.withResolvers<void>();
    answer = (_request, response) => {
      response.on("close", closed.resolve);
      const more = () => response.write("m".repeat(10_000), (error) => error || setImmediate(more));
      more();
    };
    expect(await postJson(base, "{}", { policy })).toMatchObject({ status: 200 });
    await closed.promise;
  });

  it("that hangs before or in its answer is left at the deadline", async () => {
    const limits = { ...postDeadlines, wholeMs: 100 };
    answer = () => {};
    await expect(postJson(base, "{}", { policy, limits })).rejects.toMatchObject({ transient: true });
    answer = (_request, response) => response.write("m");
    await expect(postJson(base, "{}", { policy, limits })).rejects.toThrow("too long to answer");
  });

  it("on a private address is refused before anything is sent", async () => {
    let reached = false;
    server.on("connection", () => {
      reached = true;
    });
    const strict = { allowPrivate: false };
    await expect(postJson(base, "{}", { policy: strict })).rejects.toMatchObject({ kind: "forbidden" });
    await expect(postJson("http://localhost/", "{}", { policy: strict })).rejects.toThrow("private network");
    expect(reached).toBe(false);
  });

  it.each([
    ["127.0.0.1", 4, "the machine itself"],
    ["10.0.0.1", 4, "a private network"],
    ["169.254.169.254", 4, "a metadata service"],
    ["::ffff:127.0.0.1", 6, "the machine itself"],
    ["fd00::1", 6, "a private network"],
  ])("whose name resolves to %s is refused", async (address, family, where) => {
    const posting = postJson("http://inside.example/", "{}", {
      policy: { allowPrivate: false },
      resolve: async () => [{ address, family }],
    });
    await expect(posting).rejects.toMatchObject({
      kind: "forbidden",
      message: `The address leads to ${where}.`,
    });
  });
});
