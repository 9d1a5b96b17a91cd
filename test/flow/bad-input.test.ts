import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { hugePng, photo, truncated } from "../pictures/index.ts";
import { accepted, finalImage, upload } from "../support/client.ts";
import { filesBelow, pathsBelow } from "../support/files-below.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";

interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly requestId: string;
  readonly errors?: readonly { field: string; message: string }[];
}

describe("bad input gets a clear answer and leaves nothing behind", () => {
  let pixmill: Pixmill;
  let picture: Buffer;
  beforeAll(async () => {
    picture = await photo({ width: 640, height: 480, format: "jpeg" });
    pixmill = await startPixmill({ env: { PIXMILL_MAX_FILE_SIZE: "2mb" } });
  });
  afterAll(async () => {
    await pixmill?.stop();
    await removeFolder(pixmill.storage);
  });

  const countImages = async () => {
    const { items } = (await (await fetch(`${pixmill.url}/v1/images?limit=100`)).json()) as {
      items: unknown[];
    };
    return items.length;
  };
  const filesLeft = () => filesBelow(join(pixmill.storage, ".work"));

  /** Refused with that status and code; no row, no file; and the next upload works. */
  async function expectRefusal(response: Response, status: number, code: string): Promise<Problem> {
    expect(response.headers.get("content-type")).toMatch(/^application\/problem\+json/);
    const problem = (await response.json()) as Problem;
    expect(problem).toMatchObject({ status, code });
    expect(response.status).toBe(status);
    for (const field of ["type", "title", "detail", "requestId"] as const)
      expect(problem[field]).toBeTruthy();
    expect(problem.detail).not.toMatch(/\/tmp|node_modules|at .*\.ts/);
    await until(async () => (await filesLeft()).length === 0, { what: "no temporary file" });
    const next = await accepted(pixmill.url, { name: "next.jpg", content: picture });
    expect(await finalImage(pixmill.url, next.id)).toMatchObject({ status: "done" });
    return problem;
  }

  it.each([
    ["an empty file", () => Buffer.alloc(0), 422, "empty_file"],
    ["a text named .jpg", () => Buffer.from("hello, I am text\n".repeat(20)), 415, "unsupported_format"],
    ["a PNG header of 50,000×50,000", () => hugePng(50_000, 50_000), 422, "image_too_large"],
    ["a file over the limit", () => Buffer.concat([picture, Buffer.alloc(2 << 20)]), 413, "file_too_large"],
  ] as const)("%s", async (_what, content, status, code) => {
    const before = await countImages();
    await expectRefusal(await upload(pixmill.url, { name: "x.jpg", content: content() }), status, code);
    expect(await countImages()).toBe(before + 1); // the next upload's
  });

  it("a wrong field name", async () => {
    const form = new FormData();
    form.append("photo", new Blob([new Uint8Array(picture)]), "cat.jpg");
    const response = await fetch(`${pixmill.url}/upload`, { method: "POST", body: form });
    const problem = await expectRefusal(response, 400, "no_file");
    expect(problem.detail).toContain("photo");
    expect(problem.detail).toContain("file");
  });

  it("invariant 10: an unknown field beside the file is refused, naming it and the nearest known one", async () => {
    const response = await upload(pixmill.url, { name: "a.jpg", content: picture }, { presett: "default" });
    const problem = await expectRefusal(response, 400, "invalid_request");
    expect(JSON.stringify(problem.errors)).toMatch(/presett.*preset/);
  });

  it("a preset that there is not, naming those that there are", async () => {
    const response = await upload(pixmill.url, { name: "a.jpg", content: picture }, { preset: "nope" });
    const problem = await expectRefusal(response, 400, "unknown_preset");
    expect(problem.detail).toContain("default");
  });

  it.each([
    ["not JSON", "{", "variants"],
    ["a string for a number", '[{"name":"a","width":"100"}]', "variants[0].width"],
    ["a negative side", '[{"name":"a","width":-1}]', "variants[0].width"],
    ["a fraction of a pixel", '[{"name":"a","width":1.5}]', "variants[0].width"],
    ["an infinite side", '[{"name":"a","width":1e400}]', "variants[0].width"],
    ["an unknown field", '[{"name":"a","widht":100}]', "variants[0].widht"],
    ["a side over 16,384", '[{"name":"a","width":100000}]', "variants[0].width"],
    ["25 megapixels and more", '[{"name":"a","width":16000,"height":16000}]', "variants[0].width"],
    ["a name twice", '[{"name":"a","width":1},{"name":"a","width":2}]', "variants[1].name"],
    [
      "500 variants",
      JSON.stringify(Array.from({ length: 500 }, (_, i) => ({ name: `v${i}`, width: 10 }))),
      "variants",
    ],
    ["an unknown format", '[{"name":"a","format":"jpg"}]', "variants[0].format"],
  ])("variants with %s", async (_what, variants, field) => {
    const response = await upload(pixmill.url, { name: "a.jpg", content: picture }, { variants });
    const problem = await expectRefusal(response, 400, "invalid_transform");
    expect(problem.errors?.map((error) => error.field)).toContain(field);
  });

  it("a JPEG and a PNG cut in the middle fail with corrupt_image, and nothing half made is shown", async () => {
    for (const format of ["jpeg", "png"] as const) {
      const whole = await photo({ width: 640, height: 480, format });
      const { id } = await accepted(pixmill.url, { name: `cut.${format}`, content: truncated(whole, 0.6) });
      const failed = await finalImage(pixmill.url, id);
      expect(failed).toMatchObject({ status: "failed", error: { code: "corrupt_image", retryable: false } });
      const results = await pathsBelow(join(pixmill.storage, "processed"));
      expect(results.filter((path) => path.includes(id))).toEqual([]);
    }
    // A worker puts its folder away after it has said how an image ended.
    await until(async () => (await filesLeft()).length === 0, { what: "an empty work folder" });
  });

  it("a body that is cut off in the middle leaves no row and no file", async () => {
    const before = await countImages();
    const { port } = new URL(pixmill.url);
    const socket = connect(Number(port), "127.0.0.1");
    const head = [
      "POST /upload HTTP/1.1",
      "Host: localhost",
      "Content-Type: multipart/form-data; boundary=cut",
      "Content-Length: 1000000",
      "",
      "--cut",
      'Content-Disposition: form-data; name="file"; filename="cat.jpg"',
      "",
      "",
    ].join("\r\n");
    socket.write(head);
    socket.write(picture.subarray(0, picture.length / 2));
    await until(async () => (await filesLeft()).length > 0, { what: "the upload to be under way" });
    socket.destroy();
    await until(async () => (await filesLeft()).length === 0, { what: "no temporary file" });
    expect(await countImages()).toBe(before);
  });

  it.each([
    ["../../etc/passwd.jpg", "passwd.jpg"],
    ["C:\\fakepath\\cat.jpg", "cat.jpg"],
    ["a\u0000b\u0007c\u202egpj.jpg", "abcgpj.jpg"],
    ["фото 🐈.jpg", "фото 🐈.jpg"],
  ])("keeps the file name %j as display text only", async (name, shown) => {
    const form = Buffer.concat([
      Buffer.from(
        `--b\r\nContent-Disposition: form-data; name="file"; filename*=utf-8''${encodeURIComponent(name)}\r\n\r\n`,
      ),
      picture,
      Buffer.from("\r\n--b--\r\n"),
    ]);
    const response = await fetch(`${pixmill.url}/upload`, {
      method: "POST",
      headers: { "content-type": "multipart/form-data; boundary=b" },
      body: form,
    });
    expect(response.status).toBe(202);
    const image = (await response.json()) as { id: string; filename: string };
    expect(image.filename).toBe(shown);
    const done = await finalImage(pixmill.url, image.id);
    expect(done.status).toBe("done");
    const original = await fetch(`${pixmill.url}/v1/images/${image.id}/original`);
    expect(original.status).toBe(200);
    expect(original.headers.get("content-disposition")).toMatch(/^attachment; filename/);
    for (const path of await pathsBelow(pixmill.storage)) expect(path).toMatch(/^[\w./-]+$/);
  });

  it("invariant 9: never answers with a 5xx and never logs a forged line", async () => {
    const evil = 'x.jpg\r\n{"level":"fatal","msg":"forged"}';
    await fetch(`${pixmill.url}/v1/images?filename=${encodeURIComponent(evil)}`, {
      method: "POST",
      headers: { "content-type": "image/jpeg" },
      body: new Uint8Array(picture),
    });
    expect(pixmill.log().some(({ msg }) => msg === "forged")).toBe(false);
    const statuses = pixmill.log().map(({ status }) => Number(status));
    expect(statuses.filter((status) => status >= 500)).toEqual([]);
  });
});
