import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { accepted } from "../support/client.ts";
import { startServer, type TestServer } from "./server.ts";

describe("the bytes of an original", () => {
  let server: TestServer;
  let picture: Buffer;
  let address: string;
  let etag: string;
  beforeAll(async () => {
    server = await startServer();
    picture = await photo({ width: 120, height: 90, format: "png" });
    etag = `"${createHash("sha256").update(picture).digest("hex")}"`;
    const { id } = await accepted(server.url, { name: "фото один.png", content: picture });
    address = `${server.url}/v1/images/${id}/original`;
  });
  afterAll(() => server.close());

  const get = async (headers: Record<string, string> = {}, method = "GET") => {
    const response = await fetch(address, { method, headers });
    return {
      status: response.status,
      headers: response.headers,
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  };

  it("come whole, as an attachment that nothing is run from", async () => {
    const { status, headers, bytes } = await get();
    expect(status).toBe(200);
    expect(bytes.equals(picture)).toBe(true);
    expect(Object.fromEntries(headers)).toMatchObject({
      "content-type": "image/png",
      "content-length": String(picture.length),
      "accept-ranges": "bytes",
      etag,
      "x-content-type-options": "nosniff",
      "content-security-policy": "default-src 'none'; sandbox",
      "cache-control": "private, no-cache",
    });
    expect(headers.get("content-disposition")).toMatch(
      /^attachment; filename=".+"; filename\*=UTF-8''%D1%84%D0%BE%D1%82%D0%BE%20%D0%BE%D0%B4%D0%B8%D0%BD\.png$/i,
    );
  });

  it("are described by HEAD without being sent", async () => {
    const { status, headers, bytes } = await get({ range: "bytes=0-9" }, "HEAD");
    expect([status, headers.get("content-length"), headers.get("etag"), bytes.length]).toEqual([
      200,
      String(picture.length),
      etag,
      0,
    ]);
  });

  it.each([
    ["bytes=0-0", 0, 1],
    ["bytes=10-19", 10, 20],
    ["bytes=100-", 100, undefined],
    ["bytes=-7", -7, undefined],
    ["bytes=5-99999999", 5, undefined],
  ])("come in part for Range: %s", async (range, start, end) => {
    const { status, headers, bytes } = await get({ range });
    const wanted = picture.subarray(start, end);
    const first = start < 0 ? picture.length + start : start;
    expect(status).toBe(206);
    expect(headers.get("content-range")).toBe(
      `bytes ${first}-${first + wanted.length - 1}/${picture.length}`,
    );
    expect(headers.get("content-length")).toBe(String(wanted.length));
    expect(bytes.equals(wanted)).toBe(true);
  });

  it.each(["bytes=9-5", "bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"])(
    "come whole for the odd Range: %s",
    async (range) => {
      expect((await get({ range })).status).toBe(200);
    },
  );

  it("that lie outside are 416 with the length, and no caching", async () => {
    const { status, headers, bytes } = await get({ range: `bytes=${picture.length}-` });
    expect(status).toBe(416);
    expect(headers.get("content-range")).toBe(`bytes */${picture.length}`);
    expect(headers.get("cache-control")).toBe("no-store");
    expect(JSON.parse(bytes.toString())).toMatchObject({ code: "range_not_satisfiable" });
  });

  it("are not sent again to who has them", async () => {
    for (const tag of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
      const { status, headers, bytes } = await get({ "if-none-match": tag });
      expect([status, headers.get("etag"), bytes.length]).toEqual([304, etag, 0]);
    }
    expect((await get({ "if-none-match": '"x"' })).status).toBe(200);
  });

  it("are 412 for another content than was meant", async () => {
    expect((await get({ "if-match": '"x"' })).status).toBe(412);
    expect((await get({ "if-match": etag })).status).toBe(200);
  });

  it("come in part only of the same content, where If-Range asks for that", async () => {
    expect((await get({ range: "bytes=0-9", "if-range": etag })).status).toBe(206);
    expect((await get({ range: "bytes=0-9", "if-range": '"x"' })).status).toBe(200);
    expect((await get({ range: "bytes=0-9", "if-range": "Tue, 01 Jan 2030 00:00:00 GMT" })).status).toBe(200);
  });

  it("of an image that there is not are 404, whatever the id looks like", async () => {
    for (const id of ["019b0000-0000-7000-8000-000000000000", "x", "..%2f..%2fetc"]) {
      const response = await fetch(`${server.url}/v1/images/${id}/original`);
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
        404,
        "not_found",
      ]);
    }
  });

  it("of a variant that is not made yet are 404 not_ready, and say when to come back", async () => {
    const response = await fetch(address.replace("original", "variants/thumb"));
    expect([response.status, response.headers.get("retry-after")]).toEqual([404, "1"]);
    expect(await response.json()).toMatchObject({ code: "not_ready" });
  });
});
