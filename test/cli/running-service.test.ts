import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { photo, truncated } from "../pictures/index.ts";
import type { ImageView } from "../support/client.ts";
import { freePort } from "../support/free-port.ts";
import { answerWith, closeFronts, frontOf } from "../support/front.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { readZip } from "../support/read-zip.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";

let pixmill: Pixmill;
let jpeg: Buffer;
beforeAll(async () => {
  pixmill = await startPixmill({ env: { PIXMILL_CONCURRENCY: "1" } });
  jpeg = await photo({ width: 640, height: 480, format: "jpeg" });
});
afterAll(async () => {
  await pixmill?.killAll();
  await removeFolder(pixmill.storage);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-cli-"));
  await writeFile(join(folder, "cat.jpg"), jpeg);
  await writeFile(join(folder, "cut.jpg"), truncated(jpeg, 0.6));
  await writeFile(join(folder, "note.jpg"), "this is no picture");
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  closeFronts();
});

/** The variable that the commands look at; what a test names as a flag wins. */
const cli = (args: readonly string[], env: Record<string, string> = {}) =>
  runCli(args, { cwd: folder, env: { PIXMILL_URL: pixmill.url, ...env } });

interface Uploaded {
  readonly files: readonly { file: string; image: ImageView | null; error: { code: string } | null }[];
  readonly batch: { id: string; status: string; counts: Record<string, number> } | null;
}

async function uploaded(...args: string[]): Promise<Uploaded> {
  return JSON.parse((await cli(["upload", ...args, "--json"])).stdout);
}

async function idOf(file: string): Promise<string> {
  return (await uploaded(file, "--wait")).files[0]?.image?.id ?? "";
}

describe("upload", () => {
  test("tells the id at once, and with --wait what was made", async () => {
    const { exitCode, stdout, stderr } = await cli(["upload", "cat.jpg"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^[0-9a-f-]{36} {2}queued {2}cat\.jpg\n$/);
    const variants = '[{"name": "small", "width": 64}, {"name": "web", "width": 32, "format": "webp"}]';
    const waited = await cli(["upload", "cat.jpg", "--wait", "--variants", variants]);
    expect([waited.exitCode, waited.stderr]).toEqual([0, ""]);
    expect(waited.stdout).toMatch(
      /^[0-9a-f-]{36} {2}done {2}cat\.jpg\n {2}small {2}64×48 jpeg {2}0\.00 MB {2}http:\/\/localhost:\d+\/v1\/.+\n {2}web .+\n$/,
    );
    expect((await fetch(waited.stdout.match(/http\S+/)?.[0] ?? "")).status).toBe(200);
  });

  test("names what fails, takes the rest, and ends with exit code 1", async () => {
    const args = ["upload", "cat.jpg", "cut.jpg", "note.jpg", "none.jpg", "--batch", "--wait", "--json"];
    const { exitCode, stdout, stderr } = await cli(args);
    expect(exitCode).toBe(1);
    const { files, batch }: Uploaded = JSON.parse(stdout);
    expect(files.map(({ file, image, error }) => [file, image?.status, error?.code])).toEqual([
      ["cat.jpg", "done", undefined],
      ["cut.jpg", "failed", undefined],
      ["note.jpg", undefined, "unsupported_format"],
      ["none.jpg", undefined, "no_file"],
    ]);
    expect(files[0]?.image?.batchId).toBe(batch?.id);
    expect(batch).toMatchObject({ status: "done", counts: { total: 2, done: 1, failed: 1 } });
    expect(stderr.split("\n").toSorted()).toEqual([
      "",
      expect.stringMatching(/^pixmill: cut\.jpg: .+ \(corrupt_image\)$/),
      "pixmill: none.jpg: there is no such file",
      expect.stringMatching(/^pixmill: note\.jpg: .+ \(unsupported_format\)$/),
    ]);
  });

  test("tells a program of missing files also when there is no other", async () => {
    const { exitCode, stdout, stderr } = await cli(["upload", "none.jpg", "--json"]);
    expect([exitCode, stderr]).toEqual([1, "pixmill: none.jpg: there is no such file\n"]);
    expect(JSON.parse(stdout)).toEqual({
      files: [
        { file: "none.jpg", image: null, error: { code: "no_file", message: "there is no such file" } },
      ],
      batch: null,
    });
  });

  test("tells on Ctrl-C what was accepted so far", async () => {
    const ctrlC = new AbortController();
    let looks = 0;
    const url = await frontOf(pixmill.url, ({ url: path = "", method }, answer) => {
      if (path.startsWith("/v1/events")) return answerWith(answer, 404, "not_found");
      if (method !== "GET" || !path.startsWith("/v1/images/")) return false;
      looks += 1;
      answer.writeHead(200, { "content-type": "application/json" });
      answer.end(JSON.stringify({ id: path.slice(11, 47), status: "queued" }));
      return true;
    });
    const args = ["upload", "cat.jpg", "--wait", "--json", "--url", url];
    const running = runCli(args, { cwd: folder, interrupt: ctrlC.signal });
    await until(() => looks > 0, { what: "a look at the image" });
    ctrlC.abort();
    const { exitCode, stdout } = await running;
    expect(exitCode).toBe(130);
    expect(JSON.parse(stdout).files).toMatchObject([{ file: "cat.jpg", image: { status: "queued" } }]);
  });
});

describe("status", () => {
  test("shows an image or a batch, to a person and to a program", async () => {
    const { files, batch } = await uploaded("cat.jpg", "cut.jpg", "--batch", "--wait");
    const id = files[0]?.image?.id ?? "";
    expect((await cli(["status", id])).stdout).toMatch(
      new RegExp(`^${id} {2}done {2}cat\\.jpg\n {2}thumb {2}300×300 jpeg `),
    );
    expect(JSON.parse((await cli(["status", id, "--json"])).stdout)).toEqual(files[0]?.image);
    const failed = await cli(["status", files[1]?.image?.id ?? ""]);
    expect([failed.exitCode, failed.stdout]).toEqual([0, expect.stringContaining("(corrupt_image)")]);
    expect((await cli(["status", batch?.id ?? ""])).stdout).toBe(
      `${batch?.id}  done  2 images, 1 done, 1 failed\n`,
    );
    expect(JSON.parse((await cli(["status", batch?.id ?? "", "--json"])).stdout)).toMatchObject({ ...batch });
  });
});

describe("watch", () => {
  test("tells of each event until the end, which decides its exit code", async () => {
    const { batch } = await uploaded("cat.jpg", "cut.jpg", "--batch");
    const { exitCode, stdout, stderr } = await cli(["watch", batch?.id ?? "", "--json"]);
    expect([exitCode, stderr]).toEqual([1, ""]);
    const lines = stdout.trimEnd().split("\n");
    const events: { type: string; data: { counts?: object } }[] = lines.map((line) => JSON.parse(line));
    expect(events.at(-1)).toMatchObject({ type: "batch.done", data: { counts: { done: 1, failed: 1 } } });
    expect(events.filter(({ type }) => type === "batch.done")).toHaveLength(1);
    const again = await cli(["watch", batch?.id ?? ""]);
    expect([again.exitCode, again.stdout]).toEqual([1, `${batch?.id}  done  2 images, 1 done, 1 failed\n`]);
  });

  test("of one image ends with it", async () => {
    const { files } = await uploaded("cat.jpg");
    const { exitCode, stdout } = await cli(["watch", files[0]?.image?.id ?? "", "--json"]);
    expect(exitCode).toBe(0);
    const types = stdout
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types.filter((type) => type === "image.done")).toHaveLength(1);
    expect(types.at(-1)).toBe("image.done");
  });
});

describe("download", () => {
  test("keeps every variant under its name, once, and replaces nothing unasked", async () => {
    const variants = '[{"name": "small", "width": 64}, {"name": "web", "width": 32, "format": "webp"}]';
    const id = (await uploaded("cat.jpg", "--wait", "--variants", variants)).files[0]?.image?.id ?? "";
    const { exitCode, stdout, stderr } = await cli(["download", id, "--out", "out"]);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toBe("out/cat-small.jpg  0.00 MB\nout/cat-web.webp  0.00 MB\n");
    expect(await readdir(join(folder, "out"))).toEqual(["cat-small.jpg", "cat-web.webp"]);
    const answer = await fetch(`${pixmill.url}/v1/images/${id}/variants/web`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect((await readFile(join(folder, "out/cat-web.webp"))).equals(bytes)).toBe(true);
    const again = await cli(["download", id, "--out", "out", "--variant", "web"]);
    expect([again.exitCode, again.stderr]).toEqual([
      1,
      "pixmill: cat-web.webp exists already; --force replaces it\n",
    ]);
    const forced = await cli(["download", id, "--out", "out", "--variant", "web", "--force", "--json"]);
    expect(JSON.parse(forced.stdout)).toEqual({
      files: [{ path: "out/cat-web.webp", bytes: bytes.length }],
      missing: [],
    });
    expect((await cli(["download", id, "--out", "out", "--original"])).exitCode).toBe(0);
    expect((await readFile(join(folder, "out/cat.jpg"))).equals(jpeg)).toBe(true);
  });

  test("tells what it kept, and why the others are missing, also when they fail on the way", async () => {
    const names = ["small", "gone", "there", "last"];
    const variants = JSON.stringify(names.map((name, index) => ({ name, width: 32 + index })));
    const id = (await uploaded("cat.jpg", "--wait", "--variants", variants)).files[0]?.image?.id ?? "";
    await writeFile(join(folder, "cat-there.jpg"), "mine");
    const url = await frontOf(
      pixmill.url,
      ({ url: path = "" }, answer) => path.includes("/variants/gone") && answerWith(answer, 410, "gone"),
    );
    const { exitCode, stdout, stderr } = await cli(["download", id, "--url", url, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [{ path: "cat-small.jpg" }, { path: "cat-last.jpg" }],
      missing: [
        { what: "gone", code: "gone", message: "This is gone." },
        { what: "there", code: "exists" },
      ],
    });
    expect(stderr).toBe(
      "pixmill: gone: This is gone. (gone)\npixmill: there: cat-there.jpg exists already; --force replaces it (exists)\n",
    );
    expect(await readFile(join(folder, "cat-there.jpg"), "utf8")).toBe("mine");
  });

  test("of a batch is one ZIP, and says what is not in it", async () => {
    const { batch } = await uploaded("cat.jpg", "cut.jpg", "--batch");
    const { exitCode, stdout, stderr } = await cli(["download", batch?.id ?? "", "--wait", "--json"]);
    expect([exitCode, stderr]).toEqual([1, "pixmill: 1 of 2 images: not done (not_done)\n"]);
    const [file] = JSON.parse(stdout).files;
    const [result, ...others] = await readZip(await readFile(join(folder, file.path)));
    expect([result?.name, others]).toEqual([expect.stringMatching(/cat-thumb\.jpg$/), []]);
  });

  test("says why a variant is missing", async () => {
    const failed = await cli(["download", await idOf("cut.jpg")]);
    expect([failed.exitCode, failed.stderr]).toEqual([
      1,
      expect.stringMatching(/^pixmill: thumb: .+ \(corrupt_image\)\n$/),
    ]);
    const unknown = await cli(["download", await idOf("cat.jpg"), "--variant", "big"]);
    expect([unknown.exitCode, unknown.stderr]).toEqual([
      1,
      "pixmill: the image has no variant big; it has thumb\n",
    ]);
  });

  test("writes nowhere but into its folder, whatever the service calls a file", async () => {
    const id = await idOf("cat.jpg");
    const names = ["../../evil.jpg", "/etc/evil", "..", ".bashrc", "a\\b\\c.jpg"];
    for (const name of names) {
      const url = await frontOf(pixmill.url, ({ url: path = "" }, answer) => {
        if (!path.includes("/variants/")) return false;
        answer.writeHead(200, {
          "content-disposition": `inline; filename="${name.replaceAll("\\", "\\\\")}"`,
        });
        answer.end("x");
        return true;
      });
      expect((await cli(["download", id, "--url", url, "--out", "deep/out", "--force"])).exitCode).toBe(0);
    }
    const kept = await readdir(join(folder, "deep/out"));
    expect(kept.toSorted()).toEqual([`${id}-thumb`, "c.jpg", "evil", "evil.jpg"].toSorted());
    expect(await readdir(join(folder, "deep"))).toEqual(["out"]);
  });
});

describe("retry", () => {
  test("tries again what failed, and with --wait tells how it ended", async () => {
    const id = await idOf("cut.jpg");
    const { exitCode, stdout } = await cli(["retry", id, "--wait", "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ id, status: "failed", attempt: 2 });
    const done = await cli(["retry", await idOf("cat.jpg")]);
    expect([done.exitCode, done.stderr]).toEqual([1, expect.stringContaining("(already_final)")]);
    const { batch } = await uploaded("cat.jpg", "cut.jpg", "--batch", "--wait");
    const again = await cli(["retry", batch?.id ?? "", "--wait"]);
    expect([again.exitCode, again.stdout]).toEqual([1, `${batch?.id}  done  2 images, 1 done, 1 failed\n`]);
  });
});

describe("batches", () => {
  test("are listed newest first, page by page", async () => {
    const first = await uploaded("cat.jpg", "--batch", "--wait");
    const second = await uploaded("cat.jpg", "--batch", "--wait");
    const page = JSON.parse((await cli(["batches", "--limit", "1", "--json"])).stdout);
    expect(page.items).toMatchObject([{ id: second.batch?.id, status: "done" }]);
    const next = await cli(["batches", "--limit", "1", "--cursor", page.nextCursor]);
    expect(next.stdout).toMatch(new RegExp(`^\\S+Z {2}${first.batch?.id} {2}done {2}1 image, 1 done\n`));
    expect((await cli(["batches", "--status", "cancelled"])).stdout).toBe("There is no such batch.\n");
  });
});

describe("a command that asks a running service", () => {
  test("takes its address and key from variables, which also a service may have in its environment", async () => {
    const keyed = await startPixmill({
      env: { PIXMILL_API_KEYS: "s3cret", PIXMILL_API_KEY: "s3cret", PIXMILL_URL: "http://localhost:1" },
    });
    const env = { PIXMILL_URL: keyed.url };
    const without = await cli(["batches"], env);
    const wrong = await cli(["batches"], { ...env, PIXMILL_API_KEY: "s3cret-of-another" });
    const withKey = await cli(["batches"], { ...env, PIXMILL_API_KEY: "s3cret" });
    await keyed.killAll();
    await removeFolder(keyed.storage);
    expect([withKey.exitCode, withKey.stdout]).toEqual([0, "There is no such batch.\n"]);
    expect(without.exitCode).toBe(1);
    expect(without.stderr).toMatch(/^pixmill: .+ wants an API key \(401\): .+PIXMILL_API_KEY\n$/);
    expect([wrong.exitCode, wrong.stderr]).toEqual([
      1,
      `pixmill: ${keyed.url} refuses the API key that was sent: This API key is not known. (unauthorized)\n`,
    ]);
  });

  test("waits for a service that is away for a moment, once it has answered", async () => {
    let away = 2;
    const url = await frontOf(pixmill.url, ({ url: path }, answer) => {
      if (path?.startsWith("/v1/presets") || away-- <= 0) return false;
      return answerWith(answer, 503, "overloaded", { "retry-after": "0" });
    });
    expect((await cli(["upload", "cat.jpg", "--url", url])).exitCode).toBe(0);
  });

  test.each([
    [["status", "nonsense"], "there is no image and no batch nonsense"],
    [["retry", "019b2c3d-7e00-7329-8504-0b3a08a69983"], "there is no image and no batch 019b2c3d"],
    [["upload", "cat.jpg", "--preset", "defualt"], "preset: "],
    [["upload", "none/"], "none/: there is no such file"],
  ])("%j ends with one sentence", async (args, words) => {
    const { exitCode, stderr } = await cli(args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^pixmill: .+\n$/);
    expect(stderr).toContain(words);
  });

  test.each([
    [["upload"], "missing required argument 'files'"],
    [["upload", "a.jpg", "--preset", "a", "--variants", "[]"], "cannot be used with"],
    [["upload", "a.jpg", "--variants", "{}"], "--variants: this is not a list"],
    [["batches", "--limit", "0"], "a whole number from 1 to 200"],
    [["batches", "--status", "opne"], "Allowed choices are"],
    [["status", "a", "--url", "localhost"], "it must be an http or https address"],
    [["status", "a", "--api-key", "s3cret"], "is not the key itself"],
    [["download", "a", "--out", ""], "--out must name a folder"],
  ])("%j is wrong usage: one sentence, and exit code 2", async (args, words) => {
    const { exitCode, stdout, stderr } = await cli(args);
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^pixmill: .+\n$/);
    expect(stderr).toContain(words);
  });

  test("says that nothing listens where it was sent", async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    const { exitCode, stderr } = await cli(["status", "a", "--url", url]);
    expect([exitCode, stderr]).toEqual([
      1,
      `pixmill: ${url} cannot be reached: nothing listens there; --url says where the service is\n`,
    ]);
  });
});
