import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import type { ImageView } from "../support/client.ts";
import { until } from "../support/until.ts";
import { boundary, fieldPart, filePart, form, formType } from "./form.ts";
import { exchange, openSocket } from "./raw-socket.ts";
import { maxFileBytes, startServer, type TestServer } from "./server.ts";

interface Problem {
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly { field: string; message: string }[];
}

let server: TestServer;
let picture: Buffer;

beforeAll(async () => {
  server = await startServer();
  picture = await photo({ width: 120, height: 90, format: "png" });
});
afterAll(() => server.close());

async function post(body: Buffer<ArrayBuffer>, path = "/upload", headers: Record<string, string> = {}) {
  const response = await fetch(server.url + path, {
    method: "POST",
    headers: { "content-type": formType, ...headers },
    body,
    redirect: "manual",
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : null };
}

describe("a form", () => {
  it("may bring its fields after its file", async () => {
    const variants = '[{"name":"late","width":10}]';
    const { status, body } = await post(form(filePart(picture), fieldPart("variants", variants)));
    expect(status).toBe(202);
    expect((body as ImageView).variants.map(({ name }) => name)).toEqual(["late"]);
    expect((body as ImageView & { preset: unknown }).preset).toBeNull();
  });

  it("may leave inputs empty, as browsers send those that nobody filled in", async () => {
    const { status } = await post(
      form(fieldPart("preset", ""), filePart(picture), fieldPart("callbackUrl", "")),
    );
    expect(status).toBe(202);
  });

  it("may say that variants are JSON in the part itself", async () => {
    const typed = Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="variants"\r\nContent-Type: application/json\r\n\r\n[{"name":"typed","width":9}]\r\n`,
    );
    const { status, body } = await post(form(typed, filePart(picture)));
    expect([status, (body as ImageView).variants[0]?.name]).toEqual([202, "typed"]);
  });

  it("that a browser sent is answered with the page that shows the image", async () => {
    const accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    const one = await post(form(filePart(picture)), "/upload", { accept });
    expect([one.status, one.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^\/\?image=[\w-]{36}$/),
    ]);
    const two = await post(form(filePart(picture), filePart(picture)), "/upload", { accept });
    expect([two.status, two.headers.get("location")]).toEqual([
      303,
      expect.stringMatching(/^\/\?batch=[\w-]{36}$/),
    ]);
  });

  it("with a bad file among good ones is a batch with one failed image", async () => {
    const bad = filePart(Buffer.from("plain text"), { filename: "text.jpg" });
    const large = filePart(Buffer.concat([picture, Buffer.alloc(2 * maxFileBytes)]), {
      filename: "large.png",
    });
    const { status, body } = await post(form(bad, large, filePart(picture)), "/v1/batches");
    expect(status).toBe(202);
    expect(body).toMatchObject({ status: "running", counts: { total: 3, failed: 2, queued: 1 } });
    const failed = (body as { images: ImageView[] }).images.filter((image) => image.status === "failed");
    expect(failed.map(({ filename, error }) => [filename, error?.code])).toEqual([
      ["text.jpg", "unsupported_format"],
      ["large.png", "file_too_large"],
    ]);
  });
});

describe("a form that is refused leaves nothing behind:", () => {
  let before: string[];
  beforeAll(async () => {
    before = await server.files();
  });
  afterEach(async () => {
    expect((await server.files()).sort()).toEqual(before.sort());
  });

  const field = (name: string) => expect.objectContaining({ field: name });
  const cases: [string, () => Buffer<ArrayBuffer>, number, string, unknown?][] = [
    ["no part at all", () => form(), 400, "no_file", field("file")],
    ["only fields", () => form(fieldPart("preset", "default")), 400, "no_file", field("file")],
    ["text in the file field", () => form(fieldPart("file", "cat.png")), 400, "no_file", field("file")],
    [
      "a file in another field",
      () => form(filePart(picture, { name: "image" })),
      400,
      "no_file",
      field("image"),
    ],
    [
      "nothing chosen in the file input",
      () => form(filePart(Buffer.alloc(0), { filename: "" })),
      400,
      "no_file",
    ],
    [
      "a misspelt field",
      () => form(filePart(picture), fieldPart("presset", "x")),
      400,
      "invalid_request",
      field("presset"),
    ],
    [
      "a field twice",
      () => form(filePart(picture), fieldPart("preset", "default"), fieldPart("preset", "default")),
      400,
      "invalid_request",
      field("preset"),
    ],
    [
      "a field named __proto__",
      () => form(filePart(picture), fieldPart("__proto__", "x")),
      400,
      "invalid_request",
    ],
    [
      "a file named __proto__",
      () => form(filePart(picture), filePart(picture, { name: "__proto__" })),
      400,
      "invalid_request",
    ],
    [
      "a field named constructor",
      () => form(filePart(picture), fieldPart("constructor", "x")),
      400,
      "invalid_request",
    ],
    [
      "a preset that is not there",
      () => form(filePart(picture), fieldPart("preset", "x")),
      400,
      "unknown_preset",
      field("preset"),
    ],
    [
      "preset and variants",
      () => form(filePart(picture), fieldPart("preset", "default"), fieldPart("variants", '[{"name":"a"}]')),
      400,
      "invalid_request",
    ],
    [
      "variants that are not JSON",
      () => form(filePart(picture), fieldPart("variants", "[{")),
      400,
      "invalid_transform",
      field("variants"),
    ],
    [
      "a bad width",
      () => form(filePart(picture), fieldPart("variants", '[{"name":"a","width":"100"}]')),
      400,
      "invalid_transform",
      field("variants[0].width"),
    ],
    [
      "variants 10,000 deep",
      () => form(filePart(picture), fieldPart("variants", "[".repeat(10_000) + "]".repeat(10_000))),
      400,
      "invalid_transform",
    ],
    [
      "a field of a megabyte",
      () => form(filePart(picture), fieldPart("variants", "x".repeat(1 << 20))),
      400,
      "invalid_request",
      field("variants"),
    ],
    [
      "a callback to a private network",
      () => form(filePart(picture), fieldPart("callbackUrl", "http://10.0.0.1/")),
      400,
      "invalid_request",
      field("callbackUrl"),
    ],
    [
      "a field name of a megabyte",
      () => form(filePart(picture), fieldPart("x".repeat(1 << 20), "y")),
      400,
      "invalid_request",
    ],
    [
      "10,000 fields",
      () => form(filePart(picture), ...Array.from({ length: 10_000 }, () => fieldPart("preset", "x"))),
      400,
      "invalid_request",
    ],
    [
      "10,000 files",
      () => form(...Array.from({ length: 10_000 }, () => filePart(Buffer.from("x")))),
      400,
      "too_many_files",
    ],
    ["no final boundary", () => form(filePart(picture)).subarray(0, -8), 400, "invalid_request"],
    ["no boundary of its own", () => Buffer.from(picture), 400, "invalid_request"],
    ["an empty file", () => form(filePart(Buffer.alloc(0))), 422, "empty_file"],
    ["a text named .png", () => form(filePart(Buffer.from("hello"))), 415, "unsupported_format"],
    [
      "a file over the limit",
      () => form(filePart(Buffer.concat([picture, Buffer.alloc(maxFileBytes)]))),
      413,
      "file_too_large",
    ],
  ];

  it.each(cases)("%s", async (_what, body, status, code, error) => {
    const answer = await post(body());
    expect([answer.status, (answer.body as Problem).code]).toEqual([status, code]);
    expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    if (error) expect((answer.body as Problem).errors).toContainEqual(error);
  });

  it("two files where one is taken", async () => {
    const { status, body } = await post(form(filePart(picture), filePart(picture)), "/v1/images");
    expect([status, (body as Problem).code]).toEqual([400, "too_many_files"]);
  });

  it("a query beside a form", async () => {
    const { status, body } = await post(form(filePart(picture)), "/v1/images?preset=default");
    expect([status, (body as Problem).errors?.[0]?.field]).toEqual([400, "preset"]);
  });

  it("a form whose connection is cut in the middle of its second file", async () => {
    const raw = await openSocket(server.port);
    const body = form(filePart(picture), filePart(picture));
    raw.send(head("/upload", formType, body.length), body.subarray(0, -300));
    await until(async () => (await server.files()).length >= before.length + 2, { what: "two staged files" });
    raw.destroy();
    await until(async () => (await server.files()).length === before.length, { what: "their removal" });
  });
});

describe("a raw body", () => {
  const send = (body: NonNullable<RequestInit["body"]>, type: string, query = "") =>
    fetch(`${server.url}/v1/images${query}`, {
      method: "POST",
      headers: { "content-type": type },
      body,
      ...(body instanceof ReadableStream && { duplex: "half" }),
    });

  it("is an image, described by the query", async () => {
    const variants = encodeURIComponent('[{"name":"a","width":5}]');
    const query = `?filename=${encodeURIComponent("фото.png")}&variants=${variants}`;
    const response = await send(new Uint8Array(picture), "application/octet-stream", query);
    expect(response.status).toBe(202);
    expect(await response.json()).toMatchObject({
      filename: "фото.png",
      variants: [{ name: "a", status: "pending" }],
    });
  });

  it.each([
    ["text/plain", "", 400, "no_file"],
    ["application/x-www-form-urlencoded", "", 400, "no_file"],
    ["application/json", "", 400, "invalid_request"],
    ["image/png", "?presett=default", 400, "invalid_request"],
    ["image/png", "?preset=no", 400, "unknown_preset"],
    ["image/png", "?variants=%5B%5D", 400, "invalid_transform"],
  ])("as %s%s is refused", async (type, query, status, code) => {
    const before = await server.files();
    const response = await send(type === "application/json" ? "{}" : new Uint8Array(picture), type, query);
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([status, code]);
    expect(await server.files()).toEqual(before);
  });

  it("of unknown length is cut at the limit, and the client still reads why", async () => {
    let left = 64;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (left-- > 0) controller.enqueue(new Uint8Array(64 * 1024));
        else controller.close();
      },
    });
    const response = await send(endless, "image/png");
    expect([response.status, ((await response.json()) as Problem).code]).toEqual([413, "file_too_large"]);
  });

  it("that is announced as too long is refused before it is sent", async () => {
    const raw = await openSocket(server.port);
    raw.send(head("/v1/images", "image/png", 10 * maxFileBytes, "Expect: 100-continue\r\n"));
    const answer = await raw.until("file_too_large");
    expect(answer).toMatch(/^HTTP\/1\.1 413 /);
    raw.destroy();
  });

  it("is asked for when the client wants to be asked", async () => {
    const raw = await openSocket(server.port);
    raw.send(head("/v1/images", "image/png", picture.length, "Expect: 100-continue\r\n"));
    await raw.until("HTTP/1.1 100 Continue");
    raw.send(picture);
    expect(await raw.until('"queued"')).toContain("HTTP/1.1 202 ");
    raw.destroy();
  });

  it("that is compressed is refused by its encoding", async () => {
    const answer = await exchange(
      server.port,
      head("/v1/images", "image/png", picture.length, "Content-Encoding: gzip\r\nConnection: close\r\n"),
      picture,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 415 /);
    expect(answer).toContain("unsupported_encoding");
  });

  it("leaves nothing when its connection is cut", async () => {
    const before = await server.files();
    const raw = await openSocket(server.port);
    raw.send(head("/v1/images", "image/png", picture.length), picture.subarray(0, -10));
    await until(async () => (await server.files()).length > before.length, { what: "a staged file" });
    raw.destroy();
    await until(async () => (await server.files()).length === before.length, { what: "its removal" });
  });
});

function head(path: string, type: string, length: number, more = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${type}\r\nContent-Length: ${length}\r\n${more}\r\n`;
}
