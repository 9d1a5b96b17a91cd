import { utimes } from "node:fs/promises";
import { join } from "node:path";
import { Upload } from "tus-js-client";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { photo } from "../pictures/index.ts";
import { beginUpload, metadataOf, offsetOf, sendPart, silentPart, tus } from "../support/tus.ts";
import { until } from "../support/until.ts";
import { maxFileBytes, startServer, type TestServer } from "./server.ts";

describe("a resumable upload", () => {
  let server: TestServer;
  let door: string;
  let picture: Buffer;
  beforeAll(async () => {
    server = await startServer();
    door = `${server.url}/v1/uploads`;
    picture = await photo({ width: 400, height: 300, format: "jpeg" });
  });
  afterAll(() => server.close());

  const idOf = (address: string) => address.slice(-36);
  const pending = async () => (await server.files()).filter((name) => /^[0-9a-f-]{36}(?:$|\.)/.test(name));
  const problemOf = async (response: Response) => {
    expect(response.headers.get("content-type")).toContain("application/problem+json");
    return { status: response.status, ...((await response.json()) as { code: string; detail: string }) };
  };

  it("becomes an image of the same id with its last byte, and leaves nothing else", async () => {
    const address = await beginUpload(server.url, picture.length, { filename: "cat.jpg" });
    const first = await sendPart(address, 0, picture.subarray(0, 1000));
    expect(first.status).toBe(204);
    expect(first.headers.get("upload-offset")).toBe("1000");
    expect(first.headers.get("image-id")).toBeNull();
    expect(Date.parse(first.headers.get("upload-expires") ?? "")).toBeGreaterThan(
      Date.now() + 23 * 3_600_000,
    );
    const last = await sendPart(address, 1000, picture.subarray(1000));
    expect(last.status).toBe(204);
    expect(last.headers.get("image-id")).toBe(idOf(address));
    expect(last.headers.get("upload-expires")).toBeNull();
    const image = await server.useCases.findImage(idOf(address));
    expect(image).toMatchObject({ status: "queued", filename: "cat.jpg", preset: "default" });
    expect(image.original).toMatchObject({ bytes: picture.length, width: 400, height: 300 });
    expect(await pending()).toEqual([]);
  });

  it("answers its last request again with the same image, and says that it is whole", async () => {
    const address = await beginUpload(server.url, picture.length);
    await sendPart(address, 0, picture);
    for (let time = 0; time < 2; time++) {
      const again = await sendPart(address, picture.length, new Uint8Array());
      expect([again.status, again.headers.get("image-id")]).toEqual([204, idOf(address)]);
    }
    const head = await tus(address, "HEAD");
    expect(head.headers.get("upload-offset")).toBe(String(picture.length));
    expect(head.headers.get("upload-length")).toBe(String(picture.length));
    expect(head.headers.get("image-id")).toBe(idOf(address));
    expect((await sendPart(address, 0, picture)).status).toBe(409);
  });

  it("takes the file with its first request", async () => {
    const headers = {
      "upload-length": String(picture.length),
      "content-type": "application/offset+octet-stream",
    };
    const response = await tus(door, "POST", headers, picture);
    expect(response.status).toBe(201);
    expect(response.headers.get("upload-offset")).toBe(String(picture.length));
    const id = response.headers.get("image-id") ?? "";
    expect(response.headers.get("location")).toBe(`/v1/uploads/${id}`);
    expect((await server.useCases.findImage(id)).original?.bytes).toBe(picture.length);
  });

  it("comes in by POST where a client can send nothing else, and says what it means", async () => {
    const id = await new Promise<string>((resolve, reject) => {
      new Upload(picture, {
        endpoint: door,
        overridePatchMethod: true,
        chunkSize: Math.ceil(picture.length / 2),
        onSuccess: ({ lastResponse }) => resolve(lastResponse.getHeader("Image-Id") ?? ""),
        onError: reject,
      }).start();
    });
    expect((await server.useCases.findImage(id)).original?.bytes).toBe(picture.length);
    const address = await beginUpload(server.url, picture.length);
    const meaning = (method: string) => tus(address, "POST", { "x-http-method-override": method });
    expect((await meaning("PUT")).status).toBe(405);
    expect((await meaning("delete")).status).toBe(204);
    expect((await tus(address, "HEAD")).status).toBe(404);
  });

  it("may say its length later", async () => {
    const created = await tus(door, "POST", { "upload-defer-length": "1" });
    const address = new URL(created.headers.get("location") ?? "", door).href;
    await sendPart(address, 0, picture.subarray(0, 500));
    const head = await tus(address, "HEAD");
    expect([head.headers.get("upload-offset"), head.headers.get("upload-defer-length")]).toEqual([
      "500",
      "1",
    ]);
    const last = await tus(
      address,
      "PATCH",
      { "upload-offset": "500", "upload-length": String(picture.length) },
      picture.subarray(500),
    );
    expect(last.headers.get("image-id")).toBe(idOf(address));
  });

  it("gets what its metadata asks for; keys that only its client knows are ignored", async () => {
    const variants = JSON.stringify([{ name: "small", width: 50 }]);
    const address = await beginUpload(server.url, picture.length, {
      name: "from-uppy.jpg",
      type: "image/jpeg",
      relativePath: "null",
      variants,
    });
    await sendPart(address, 0, picture);
    const image = await server.useCases.findImage(idOf(address));
    expect(image).toMatchObject({ filename: "from-uppy.jpg", preset: null });
    expect(image.variants).toMatchObject([{ name: "small" }]);
  });

  it("is begun once for each Idempotency-Key, and a repeated request is told how far it is", async () => {
    const length = String(picture.length);
    const begin = (headers: Record<string, string> = {}) =>
      tus(door, "POST", { "upload-length": length, "idempotency-key": "once", ...headers });
    const many = await Promise.all(Array.from({ length: 20 }, () => begin()));
    const [address = "", ...others] = new Set(many.map(({ headers }) => headers.get("location")));
    expect([others, many.map(({ status }) => status)]).toEqual([[], Array(20).fill(201)]);
    expect(many.filter(({ headers }) => headers.has("idempotent-replay"))).toHaveLength(19);
    const url = new URL(address ?? "", door).href;
    const standing = async () => {
      const { status, headers } = await begin();
      const told = ["location", "upload-offset", "image-id"].map((name) => headers.get(name));
      return [status, ...told];
    };
    await sendPart(url, 0, picture.subarray(0, 1000));
    expect(await standing()).toEqual([201, address, "1000", null]);
    await sendPart(url, 1000, picture.subarray(1000));
    expect(await standing()).toEqual([201, address, length, idOf(url)]);
    expect(
      await problemOf(await begin({ "upload-metadata": metadataOf({ filename: "b.jpg" }) })),
    ).toMatchObject({ status: 409, code: "idempotency_conflict" });
  });

  it("is begun anew under its Idempotency-Key when nothing is left of the first", async () => {
    const begin = () => tus(door, "POST", { "upload-length": "9", "idempotency-key": "again" });
    const first = new URL((await begin()).headers.get("location") ?? "", door).href;
    expect((await tus(first, "DELETE")).status).toBe(204);
    const { status, headers } = await begin();
    expect([status, headers.get("idempotent-replay")]).toEqual([201, null]);
    const second = new URL(headers.get("location") ?? "", door).href;
    expect([second === first, await offsetOf(second)]).toEqual([false, 0]);
    expect((await tus(second, "DELETE")).status).toBe(204);
  });

  it("with dedupe finds the image of the same bytes, and tells of it as often as it is asked", async () => {
    const own = await photo({ width: 401, height: 300, format: "jpeg" });
    const whole = async (metadata: Record<string, string>) => {
      const address = await beginUpload(server.url, own.length, metadata);
      return { address, imageId: (await sendPart(address, 0, own)).headers.get("image-id") };
    };
    const first = await whole({ dedupe: "true" });
    expect(first.imageId).toBe(idOf(first.address));
    const { address, imageId } = await whole({ dedupe: "true" });
    expect(imageId).toBe(first.imageId);
    const last = await sendPart(address, own.length, new Uint8Array());
    expect([last.status, last.headers.get("image-id")]).toEqual([204, imageId]);
    expect((await tus(address, "HEAD")).headers.get("image-id")).toBe(imageId);
    expect((await fetch(`${server.url}/v1/images/${idOf(address)}`)).status).toBe(404);
    expect((await whole({ dedupe: "false" })).imageId).not.toBe(imageId);
    expect((await pending()).filter((name) => name.startsWith(idOf(address)))).toEqual([]);
  });

  it.each([
    ["an unknown preset", { preset: "nope" }, 400, "unknown_preset"],
    ["dedupe that is neither true nor false", { dedupe: "1" }, 400, "invalid_request"],
    ["dedupe with a callback", { dedupe: "true", callbackUrl: "https://a.example/" }, 400, "invalid_request"],
    ["variants that are no JSON", { variants: "[" }, 400, "invalid_transform"],
    ["a variant that cannot be", { variants: '[{"name":"a","width":-1}]' }, 400, "invalid_transform"],
  ])("is refused before its bytes come: %s", async (_what, metadata, status, code) => {
    const headers = { "upload-length": "10", "upload-metadata": metadataOf(metadata) };
    expect(await problemOf(await tus(door, "POST", headers))).toMatchObject({ status, code });
    expect(await pending()).toEqual([]);
  });

  it.each([
    ["too large", { "upload-length": String(maxFileBytes + 1) }, 413, "file_too_large"],
    ["empty", { "upload-length": "0" }, 422, "empty_file"],
    ["of no length", {}, 400, "invalid_request"],
    ["of a negative length", { "upload-length": "-1" }, 400, "invalid_request"],
    ["of a length that is no number", { "upload-length": "1e400" }, 400, "invalid_request"],
    [
      "with metadata that is none",
      { "upload-length": "5", "upload-metadata": "a b c" },
      400,
      "invalid_request",
    ],
    [
      "with a key of its prototype",
      { "upload-length": "5", "upload-metadata": "__proto__ YQ==" },
      400,
      "invalid_request",
    ],
    ["one of several parts", { "upload-length": "5", "upload-concat": "partial" }, 400, "invalid_request"],
    ["of another protocol", { "upload-length": "5", "tus-resumable": "2.0.0" }, 412, "precondition_failed"],
  ])("is refused: %s", async (_what, headers, status, code) => {
    const response = await tus(door, "POST", headers);
    if (status === 412) expect(response.headers.get("tus-version")).toBe("1.0.0");
    expect(await problemOf(response)).toMatchObject({ status, code });
  });

  it("that is no image is refused with its last byte, and gone", async () => {
    const text = Buffer.from("this is a text, not a picture");
    const address = await beginUpload(server.url, text.length);
    await sendPart(address, 0, text.subarray(0, 10));
    expect(await problemOf(await sendPart(address, 10, text.subarray(10)))).toMatchObject({
      status: 415,
      code: "unsupported_format",
    });
    const head = await tus(address, "HEAD");
    expect([head.status, head.headers.get("image-id")]).toEqual([404, null]);
    expect(await pending()).toEqual([]);
  });

  it("refuses a part that is not the next one, too long, or of another type, and stands where it stood", async () => {
    const address = await beginUpload(server.url, 20);
    await sendPart(address, 0, new Uint8Array(10));
    const part = new Uint8Array(10);
    expect(await problemOf(await sendPart(address, 5, part))).toMatchObject({
      status: 409,
      code: "upload_offset_conflict",
    });
    expect(await problemOf(await sendPart(address, 10, new Uint8Array(11)))).toMatchObject({ status: 413 });
    const json = await tus(
      address,
      "PATCH",
      { "upload-offset": "10", "content-type": "application/json" },
      part,
    );
    expect(await problemOf(json)).toMatchObject({ status: 415 });
    expect(await problemOf(await tus(address, "PATCH", {}, part))).toMatchObject({ status: 400 });
    const endless = await fetch(address, {
      method: "PATCH",
      headers: {
        "tus-resumable": "1.0.0",
        "content-type": "application/offset+octet-stream",
        "upload-offset": "10",
      },
      body: new Blob([new Uint8Array(100_000)]).stream(),
      duplex: "half",
    } as RequestInit);
    expect(await problemOf(endless)).toMatchObject({ status: 413 });
    expect(await offsetOf(address)).toBeLessThanOrEqual(20);
  });

  it("refuses a checksum that nobody would compare, and stands where it stood", async () => {
    const address = await beginUpload(server.url, picture.length);
    const checksum = { "upload-checksum": "sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=" };
    const sent = await tus(address, "PATCH", { "upload-offset": "0", ...checksum }, picture);
    expect(await problemOf(sent)).toMatchObject({
      status: 400,
      code: "invalid_request",
      detail: "Send no Upload-Checksum: the checksum extension of tus is not offered here.",
    });
    expect(await offsetOf(address)).toBe(0);
    const begun = await tus(door, "POST", { "upload-length": String(picture.length), ...checksum });
    expect(await problemOf(begun)).toMatchObject({ status: 400, code: "invalid_request" });
    expect((await sendPart(address, 0, picture)).headers.get("image-id")).toBe(idOf(address));
  });

  it("can be given up, but not when it is an image", async () => {
    const address = await beginUpload(server.url, picture.length);
    await sendPart(address, 0, picture.subarray(0, 10));
    expect((await tus(address, "DELETE")).status).toBe(204);
    expect((await tus(address, "HEAD")).status).toBe(404);
    expect((await pending()).filter((name) => name.startsWith(idOf(address)))).toEqual([]);
    const other = await beginUpload(server.url, picture.length);
    await sendPart(other, 0, picture);
    expect((await tus(other, "DELETE")).status).toBe(400);
    expect((await tus(other, "HEAD")).status).toBe(200);
  });

  it.each(["HEAD", "PATCH", "DELETE"])("that nobody began is not found: %s", async (method) => {
    const before = await pending();
    for (const id of ["019b0000-0000-7000-8000-000000000000", "..%2f..%2fetc", "x"]) {
      const response = await tus(`${door}/${id}`, method, method === "PATCH" ? { "upload-offset": "0" } : {});
      expect([id, response.status]).toEqual([id, 404]);
      if (method !== "HEAD") expect((await problemOf(response)).detail).toContain("no upload");
    }
    expect(await pending()).toEqual(before);
  });

  it("tells what of the protocol is spoken, and no other method", async () => {
    const options = await fetch(door, { method: "OPTIONS" });
    expect(options.status).toBe(204);
    expect(options.headers.get("tus-version")).toBe("1.0.0");
    expect(options.headers.get("tus-max-size")).toBe(String(maxFileBytes));
    expect(options.headers.get("tus-extension")).toMatch(/creation.*termination.*expiration/);
    const got = await fetch(`${door}/x`);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "DELETE, HEAD, OPTIONS, PATCH"]);
  });

  const fallSilent = (address: string, bytes: Uint8Array) =>
    silentPart(address, {
      bytes,
      length: picture.length,
      storage: join(server.useCases.uploads.path, "..", ".."),
    });

  it("keeps what a connection had brought when it broke", async () => {
    const address = await beginUpload(server.url, picture.length);
    (await fallSilent(address, picture.subarray(0, 5000))).destroy();
    await until(async () => (await offsetOf(address)) === 5000, { what: "the kept bytes" });
    expect((await sendPart(address, 5000, picture.subarray(5000))).headers.get("image-id")).toBe(
      idOf(address),
    );
  });

  it("is taken over from a connection that is silent", async () => {
    const address = await beginUpload(server.url, picture.length);
    const socket = await fallSilent(address, picture.subarray(0, 3000));
    const offset = await offsetOf(address);
    expect(offset).toBeLessThanOrEqual(3000);
    const last = await sendPart(address, offset, picture.subarray(offset));
    expect(last.headers.get("image-id")).toBe(idOf(address));
    socket.destroy();
  });

  it("is gone when nothing came for a day, and waits longer when something did", async () => {
    const address = await beginUpload(server.url, picture.length);
    const age = async (hours: number) => {
      const time = new Date(Date.now() - hours * 3_600_000);
      await utimes(join(server.useCases.uploads.path, idOf(address)), time, time);
    };
    await age(23);
    const part = await sendPart(address, 0, picture.subarray(0, 100));
    expect(Date.parse(part.headers.get("upload-expires") ?? "")).toBeGreaterThan(Date.now() + 23 * 3_600_000);
    await age(25);
    expect((await tus(address, "HEAD")).status).toBe(410);
    const late = await sendPart(address, 100, picture.subarray(100));
    expect(await problemOf(late)).toMatchObject({ status: 410, code: "gone" });
  });
});

describe("a service with keys", () => {
  it("asks for one at every step of a resumable upload", async () => {
    const server = await startServer({ apiKeys: ["a-key-of-some-length"] });
    try {
      const id = "019b0000-0000-7000-8000-000000000000";
      for (const [method, path] of [
        ["POST", ""],
        ["HEAD", `/${id}`],
        ["PATCH", `/${id}`],
        ["DELETE", `/${id}`],
      ] as const) {
        expect((await tus(`${server.url}/v1/uploads${path}`, method)).status).toBe(401);
      }
      const authorization = "Bearer a-key-of-some-length";
      const made = await tus(`${server.url}/v1/uploads`, "POST", { authorization, "upload-length": "5" });
      expect(made.status).toBe(201);
    } finally {
      await server.close();
    }
  });
});
