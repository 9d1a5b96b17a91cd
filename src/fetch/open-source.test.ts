import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { promisify } from "node:util";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { FetchFault } from "./fetch-fault.ts";
import { openSource, type SourceLimits, sourceDeadlines } from "./open-source.ts";

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

describe("a source", () => {
  let server: Server;
  let base: string;
  let answers: Record<string, Answer>;
  let asked: string[];
  beforeEach(async () => {
    answers = {};
    asked = [];
    server = createServer((request, response) => {
      asked.push(request.url ?? "");
      const answer = answers[request.url ?? ""];
      if (answer) answer(request, response);
      else response.writeHead(404).end("nothing here but a secret");
    });
    await once(server.listen(0, "127.0.0.1"), "listening");
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await once(server.close(), "close");
  });

  async function fetchBytes(path: string, limits: Partial<SourceLimits> = {}, signal?: AbortSignal) {
    const body = await openSource(new URL(path, base).href, {
      policy: { allowPrivate: true },
      limits: { ...sourceDeadlines, maxBytes: 1000, ...limits },
      ...(signal && { signal }),
    });
    const chunks = [];
    for await (const chunk of body) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  }

  const redirect =
    (location: string): Answer =>
    (_request, response) =>
      response.writeHead(302, { location }).end("moved");

  it("gives its bytes", async () => {
    answers["/cat"] = (_request, response) => response.end("meow");
    expect(await fetchBytes("/cat")).toBe("meow");
  });

  it("is asked without compression, credentials or a body", async () => {
    let seen: IncomingMessage["headers"] = {};
    answers["/cat"] = (request, response) => {
      seen = request.headers;
      response.end("meow");
    };
    await fetchBytes("/cat");
    expect(seen).toMatchObject({ "accept-encoding": "identity", accept: "*/*", connection: "close" });
    expect(Object.keys(seen).sort()).toEqual([
      "accept",
      "accept-encoding",
      "connection",
      "host",
      "user-agent",
    ]);
  });

  it("may be three redirects away, and not four", async () => {
    for (const hop of [0, 1, 2, 3]) answers[`/${hop}`] = redirect(`/${hop + 1}`);
    answers["/4"] = (_request, response) => response.end("meow");
    expect(await fetchBytes("/1")).toBe("meow");
    await expect(fetchBytes("/0")).rejects.toMatchObject({
      kind: "unreachable",
      message: "The address redirects more than 3 times.",
      transient: false,
    });
  });

  it("that redirects in a circle ends", async () => {
    answers["/a"] = redirect("/b");
    answers["/b"] = redirect("/a");
    await expect(fetchBytes("/a")).rejects.toThrow("more than 3 times");
    expect(asked).toEqual(["/a", "/b", "/a", "/b"]);
  });

  it.each([
    "http://169.254.169.254/latest/meta-data/",
    "http://metadata.google.internal/",
    "http://[::ffff:169.254.169.254]/",
    "//169.254.1.1/",
    "http://[fe80::1]/",
    "http://0/",
    "http://user:secret@127.0.0.1/",
    "file:///etc/passwd",
    "data:image/png;base64,AAAA",
    "ftp://127.0.0.1/",
    "http://[",
  ])("that redirects to %s is forbidden", async (location) => {
    answers["/a"] = redirect(location);
    await expect(fetchBytes("/a")).rejects.toMatchObject({ kind: "forbidden" });
    expect(asked).toEqual(["/a"]);
  });

  it("that redirects to a forbidden host of the list is forbidden", async () => {
    answers["/a"] = redirect("http://localhost:1/");
    const policy = { allowPrivate: true, hosts: ["127.0.0.1"] };
    const limits = { ...sourceDeadlines, maxBytes: 1000 };
    await expect(openSource(`${base}/a`, { policy, limits })).rejects.toThrow("not on the list");
  });

  it("whose name leads inside is forbidden", async () => {
    const fetching = openSource("http://inside.example/", {
      policy: { allowPrivate: false },
      limits: { ...sourceDeadlines, maxBytes: 1000 },
      resolve: async () => [{ address: "10.0.0.1", family: 4 }],
    });
    await expect(fetching).rejects.toThrow("The address leads to a private network.");
  });

  it.each([
    [404, false],
    [403, false],
    [204, false],
    [206, false],
    [304, false],
    [429, true],
    [500, true],
    [503, true],
  ])("that answers %i says so, and shows nothing of the answer", async (status, transient) => {
    answers["/a"] = (_request, response) => response.writeHead(status, { "retry-after": "7" }).end("secret");
    const fault = await fetchBytes("/a").catch((error: unknown) => error);
    expect(fault).toMatchObject({ kind: "unreachable", transient });
    expect(fault).toHaveProperty("message", `The server answered with status ${status}.`);
    expect(fault).toHaveProperty("retryAfter", transient ? 7 : undefined);
  });

  it("that compresses is not decompressed", async () => {
    answers["/a"] = (_request, response) =>
      response.setHeader("content-encoding", "gzip").end(gzipSync(Buffer.alloc(50_000_000)));
    await expect(fetchBytes("/a")).rejects.toThrow("compressed the file");
  });

  it("that says it is too large is not read", async () => {
    answers["/a"] = (_request, response) => response.writeHead(200, { "content-length": "1001" }).write("m");
    await expect(fetchBytes("/a")).rejects.toMatchObject({ kind: "too_large" });
  });

  it("that never ends is cut at the limit", async () => {
    answers["/a"] = (_request, response) => {
      const more = () => response.write(Buffer.alloc(100), (error) => error || setImmediate(more));
      more();
    };
    await expect(fetchBytes("/a")).rejects.toMatchObject({ kind: "too_large" });
  });

  it("of exactly the limit is whole", async () => {
    answers["/a"] = (_request, response) => response.end("m".repeat(1000));
    expect(await fetchBytes("/a")).toHaveLength(1000);
  });

  it("that promises more than it sends is broken off", async () => {
    answers["/a"] = (_request, response) => {
      response.writeHead(200, { "content-length": "900" });
      response.write("meow", () => response.destroy());
    };
    await expect(fetchBytes("/a")).rejects.toMatchObject({ kind: "unreachable", transient: true });
  });

  it("that never answers is left at the deadline for headers", async () => {
    answers["/a"] = () => {};
    await expect(fetchBytes("/a", { headersMs: 50 })).rejects.toThrow("did not answer in time");
  });

  it("whose name nobody resolves is left at the deadline for connecting", async () => {
    const fetching = openSource("http://nowhere.example/", {
      policy: { allowPrivate: false },
      limits: { ...sourceDeadlines, connectMs: 50, maxBytes: 1000 },
      resolve: () => new Promise(() => {}),
    });
    await expect(fetching).rejects.toThrow("did not take the connection in time");
  });

  it("that drips is cut, long before the deadline for all", async () => {
    answers["/a"] = (_request, response) => {
      const timer = setInterval(() => response.write("m"), 10);
      response.on("close", () => clearInterval(timer));
    };
    await expect(fetchBytes("/a", { windowMs: 100, minBytesInWindow: 500 })).rejects.toThrow("too slowly");
  });

  it("that takes for ever by redirects and drops is cut at the deadline for all", async () => {
    answers["/a"] = (_request, response) => {
      const timer = setInterval(() => response.write("m"), 10);
      response.on("close", () => clearInterval(timer));
    };
    await expect(fetchBytes("/a", { wholeMs: 200 })).rejects.toThrow("too long to give the file");
  });

  it("is let go when the caller stops, with the caller's reason", async () => {
    const closed = Promise.withResolvers<void>();
    const stop = new AbortController();
    answers["/a"] = (_request, response) => {
      response.on("close", closed.resolve);
      response.write("m", () => stop.abort(new Error("The worker is stopping.")));
    };
    await expect(fetchBytes("/a", {}, stop.signal)).rejects.toThrow("The worker is stopping.");
    await closed.promise;
  });

  it("that nobody listens for is unreachable", async () => {
    const refused = new URL(base);
    server.closeAllConnections();
    server.close();
    await expect(fetchBytes(refused.href)).rejects.toMatchObject({ kind: "unreachable", transient: true });
    server.listen(0, "127.0.0.1");
  });

  it("that answers no HTTP is unreachable", async () => {
    answers["/a"] = (request) => request.socket.end("220 mail.example ESMTP\r\n");
    await expect(fetchBytes("/a")).rejects.toThrow("The server's answer is not HTTP.");
  });

  it("is kept out of what is known of its fault, but for the fault's code", async () => {
    answers["/a"] = (request) => request.socket.end("220 mail.example ESMTP\r\n");
    const fault = (await fetchBytes("/a").catch((error: unknown) => error)) as FetchFault;
    expect(fault.cause).toEqual({ code: "HPE_INVALID_CONSTANT" });
  });

  it("is never asked through a proxy of the environment", async () => {
    answers["/cat"] = (_request, response) => response.end("meow");
    const script = `
      const { openSource, sourceDeadlines } = await import(${JSON.stringify(new URL("./open-source.ts", import.meta.url).href)});
      const limits = { ...sourceDeadlines, maxBytes: 1000 };
      const body = await openSource("${base}/cat", { policy: { allowPrivate: true }, limits });
      for await (const chunk of body) process.stdout.write(chunk);`;
    const proxy = "http://127.0.0.1:1";
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script], {
      env: { ...process.env, NODE_USE_ENV_PROXY: "1", HTTP_PROXY: proxy, http_proxy: proxy, NO_PROXY: "" },
    });
    expect(stdout).toBe("meow");
  });
});
