import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { until } from "../support/until.ts";
import { openSocket, type RawSocket } from "./raw-socket.ts";
import { startServer, type TestServer } from "./server.ts";

const most = 2;

describe("uploads at the same time", () => {
  let server: TestServer;
  let picture: Buffer<ArrayBuffer>;
  let sockets: RawSocket[];
  beforeEach(async () => {
    sockets = [];
    server = await startServer({ maxUploads: most });
    picture = Buffer.from(await photo({ width: 120, height: 90, format: "png" }));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await server.close();
  });

  /** The beginning of an upload whose rest does not come. */
  async function begin(): Promise<RawSocket> {
    const socket = await openSocket(server.port);
    sockets.push(socket);
    const length = `Content-Length: ${picture.length}`;
    socket.send(`POST /v1/images HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\n${length}\r\n\r\n`);
    socket.send(picture.subarray(0, 100));
    return socket;
  }

  async function used(): Promise<number | undefined> {
    const { levels } = await server.useCases.queueFacts();
    return levels.find(({ name }) => name === "uploads")?.used;
  }

  const upload = (path = "/v1/images", headers: Record<string, string> = {}) =>
    fetch(server.url + path, {
      method: "POST",
      headers: { "content-type": "image/png", ...headers },
      body: picture,
    });

  it("have an end, of which clients are told when to come again, at every door", async () => {
    for (let begun = 0; begun < most; begun += 1) await begin();
    await until(async () => (await used()) === 1, { what: "all of them under way" });
    for (const path of ["/v1/images", "/upload", "/v1/batches", "/v1/uploads"]) {
      const response = await upload(path, { "tus-resumable": "1.0.0", "upload-length": "10" });
      expect([path, response.status]).toEqual([path, 503]);
      expect(response.headers.get("retry-after")).toBe("2");
    }
    const levels = (await (await fetch(`${server.url}/v1/queue`)).json()) as { levels: unknown[] };
    expect(levels.levels).toContainEqual({
      name: "uploads",
      used: 1,
      limit: 1,
      effect: expect.stringContaining("refused"),
    });
  });

  it("make room when one is whole, refused, or given up", async () => {
    const [whole, lost] = [await begin(), await begin()];
    await until(async () => (await used()) === 1, { what: "both under way" });
    whole.send(picture.subarray(100));
    await whole.until("202 Accepted");
    expect((await upload()).status).toBe(202);
    expect((await upload("/v1/images?preset=unknown")).status).toBe(400);
    lost.destroy();
    await until(async () => (await used()) === 0, { what: "room" });
  });
});
