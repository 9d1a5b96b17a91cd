import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { until } from "../support/until.ts";
import { filePart, form, formType } from "./form.ts";
import { exchange, openSocket } from "./raw-socket.ts";
import { startServer, type TestServer } from "./server.ts";

let picture: Buffer;
beforeAll(async () => {
  picture = await photo({ width: 120, height: 90, format: "png" });
});

function expectProblem(answer: string, status: number, code: string): void {
  expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(answer).toMatch(/\r\ncontent-type: application\/problem\+json/i);
  expect(answer).toMatch(/\r\nx-request-id: [\w-]{36}\r\n/i);
  const body = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n") + 4)) as { status: number; code: string };
  expect(body).toMatchObject({ status, code });
}

describe("bytes that are no good HTTP", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startServer();
  });
  afterAll(() => server.close());

  const get = (path: string, more = "") =>
    `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n${more}\r\n`;
  it.each([
    ["no HTTP at all", "\u0016\u0003\u0001 hello\r\n\r\n", 400, "invalid_request"],
    ["a method that is none", "FETCH / HTTP/1.1\r\nHost: a\r\n\r\n", 400, "invalid_request"],
    ["a header of 100 kB", get("/livez", `X-Long: ${"x".repeat(100_000)}\r\n`), 431, "invalid_request"],
    ["an address of 100 kB", get(`/${"x".repeat(100_000)}`), 431, "invalid_request"],
    ["an address that is not encoded", get("/v1/images/%zz"), 400, "invalid_request"],
    ["a parameter of 1,000 letters", get(`/v1/images/${"x".repeat(1_000)}`), 404, "not_found"],
    ["an address encoded twice", get("/v1/images/%252e%252e%252fx"), 404, "not_found"],
    ["an address that climbs", get("/../../etc/passwd"), 404, "not_found"],
    ["no Host", "GET /livez HTTP/1.1\r\nConnection: close\r\n\r\n", 400, "invalid_request"],
    [
      "a length that is none",
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
      400,
      "invalid_request",
    ],
    [
      "two lengths",
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
      400,
      "invalid_request",
    ],
    [
      "a length and chunks",
      "POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
      400,
      "invalid_request",
    ],
    ["CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: a\r\n\r\n", 405, "method_not_allowed"],
    [
      "a method of WebDAV",
      "PROPFIND /upload HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      405,
      "method_not_allowed",
    ],
  ])("%s", async (_what, bytes, status, code) => {
    expectProblem(await exchange(server.port, bytes), status, code);
  });

  it("broken chunks in the middle of an upload end it with 400, and nothing stays", async () => {
    const raw = await openSocket(server.port);
    const start = form(filePart(picture)).subarray(0, 2_000);
    raw.send(
      `POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: ${formType}\r\nTransfer-Encoding: chunked\r\n\r\n`,
      `${start.length.toString(16)}\r\n`,
      start,
      "\r\nnot a chunk\r\n",
    );
    expect(await raw.untilClosed()).toMatch(/^HTTP\/1\.1 400 /);
    await until(async () => (await server.files()).length === 0, { what: "no file" });
  });

  it("HTTP/1.0 is answered", async () => {
    const answer = await exchange(server.port, "GET /livez HTTP/1.0\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  });

  it("requests sent at once are answered one after another, a refused upload among them", async () => {
    const raw = await openSocket(server.port);
    const body = form(filePart(picture, { name: "wrong" }));
    raw.send(
      "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n",
      `POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: ${formType}\r\nContent-Length: ${body.length}\r\n\r\n`,
      body,
      "GET /nowhere HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    const answers = await raw.untilClosed();
    expect([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)).toEqual([
      "200",
      "400",
      "404",
    ]);
  });

  it.each([
    ["before its body is read", "/v1/images", "413"],
    ["in the middle of its body", "/upload", "400"],
  ])(
    "a client that is refused %s and sends on gets its answer, and its connection stays good",
    async (_when, path, status) => {
      const raw = await openSocket(server.port);
      const body = form(filePart(Buffer.alloc(8 << 20, "x"), { name: "wrong" }));
      raw.send(
        `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Type: ${formType}\r\nContent-Length: ${body.length}\r\n\r\n`,
        body,
        "GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
      );
      const answers = await raw.untilClosed();
      expect([...answers.matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, seen]) => seen)).toEqual([status, "200"]);
    },
  );
});

describe("a body that stops coming", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer({ slowBodyMs: 600 });
    return () => server.close();
  });

  it.each([
    ["a form", formType, () => form(filePart(picture)).subarray(0, 1_000)],
    ["a raw body", "image/png", () => picture.subarray(0, 1_000)],
    ["JSON", "application/json", () => Buffer.from('{"source":')],
  ])("is answered 408 and leaves nothing: %s", async (_what, type, start) => {
    const answer = await exchange(
      server.port,
      `POST /v1/images HTTP/1.1\r\nHost: a\r\nContent-Type: ${type}\r\nContent-Length: 100000\r\n\r\n`,
      start(),
    );
    expectProblem(answer, 408, "request_timeout");
    expect(await server.files()).toEqual([]);
  });

  it("or comes a byte at a time is cut too", async () => {
    const raw = await openSocket(server.port);
    raw.send(
      `POST /v1/images HTTP/1.1\r\nHost: a\r\nContent-Type: image/png\r\nContent-Length: 100000\r\n\r\n`,
    );
    const drip = setInterval(() => raw.send("x"), 20);
    const answer = await raw.until("request_timeout");
    clearInterval(drip);
    expect(answer).toMatch(/^HTTP\/1\.1 408 /);
    raw.destroy();
  });

  it("is let be while it comes, however long it takes", async () => {
    const raw = await openSocket(server.port);
    const body = form(filePart(Buffer.concat([picture, Buffer.alloc(60_000)])));
    raw.send(
      `POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: ${formType}\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`,
    );
    // 3 s at about 5 kB in each tenth of a second, which is five times the deadline.
    const pieces = Array.from({ length: 15 }, (_, i) =>
      body.subarray((i * body.length) / 15, ((i + 1) * body.length) / 15),
    );
    for (const piece of pieces) {
      raw.send(piece);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    expect(await raw.untilClosed()).toMatch(/^HTTP\/1\.1 202 /);
  });
});

describe("closing the server", () => {
  let server: TestServer;
  beforeEach(async () => {
    server = await startServer();
    return () => server.close();
  });

  it("ends connections with nothing in hand at once: unused, idle and event streams", async () => {
    const unused = await openSocket(server.port);
    const idle = await openSocket(server.port);
    idle.send("GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
    await idle.until('"ok"');
    const events = await openSocket(server.port);
    events.send("GET /v1/events HTTP/1.1\r\nHost: a\r\n\r\n");
    await events.until("retry:");
    await server.closeHttp();
    await unused.untilClosed();
    await idle.untilClosed();
    // The last chunk: the stream was ended, not torn.
    expect(await events.untilClosed()).toMatch(/\r\n0\r\n\r\n$/);
  });

  it("lets an upload finish, answers it, and then ends its connection", async () => {
    const raw = await openSocket(server.port);
    const body = form(filePart(picture));
    raw.send(
      `POST /upload HTTP/1.1\r\nHost: a\r\nContent-Type: ${formType}\r\nContent-Length: ${body.length}\r\n\r\n`,
      body.subarray(0, -100),
    );
    await until(async () => (await server.files()).length > 0, { what: "the upload to be under way" });
    const closed = server.closeHttp();
    raw.send(body.subarray(-100));
    expect(await raw.untilClosed()).toMatch(/^HTTP\/1\.1 202 /);
    await closed;
  });

  it("answers those who wait for an image with what there is", async () => {
    const response = await fetch(`${server.url}/upload`, {
      method: "POST",
      headers: { "content-type": formType },
      body: form(filePart(picture)),
    });
    const { id } = (await response.json()) as { id: string };
    const raw = await openSocket(server.port);
    raw.send(`GET /v1/images/${id}?wait=60 HTTP/1.1\r\nHost: a\r\n\r\n`);
    await until(() => server.log.some(({ msg }) => msg === "image accepted"));
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(raw.received()).toBe("");
    await server.closeHttp();
    expect(await raw.untilClosed()).toContain('"status":"queued"');
  });
});
