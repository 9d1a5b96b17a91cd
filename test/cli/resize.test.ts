import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import sharp from "sharp";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { flat, photo, truncated } from "../pictures/index.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";

let jpeg: Buffer;
let png: Buffer;
beforeAll(async () => {
  jpeg = await photo({ width: 640, height: 480, format: "jpeg" });
  png = await flat({ width: 500, height: 400, format: "png", colour: "#ff000080" });
});

let folder: string;
let out: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-resize-"));
  out = join(folder, "out");
});
afterEach(() => rm(folder, { recursive: true }));

async function put(name: string, content: Uint8Array | string): Promise<string> {
  const path = join(folder, name);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  return path;
}

function resize(...args: string[]) {
  return runCli(["resize", ...args, "--out", out]);
}

async function results(): Promise<string[]> {
  return (await readdir(out)).toSorted();
}

async function sizeOf(name: string): Promise<string> {
  const { width, height, format } = await sharp(join(out, name)).metadata();
  return `${width}×${height} ${format}`;
}

test("pictures are resized into the folder, each whole, under its own name", async () => {
  await put("in/a.jpg", jpeg);
  await put("in/b.png", png);
  const { exitCode, stdout, stderr } = await resize(join(folder, "in"), "--width", "300", "--height", "300");
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^2 done, 0 failed: [\d.]+ MB → [\d.]+ MB in [\d.]+ s\n$/);
  expect(await results()).toEqual(["a.jpg", "b.png"]);
  expect(await sizeOf("a.jpg")).toBe("300×300 jpeg");
  expect(await sizeOf("b.png")).toBe("300×300 png");
});

test("what fails is named with its reason, the rest is done, and the exit code is 1", async () => {
  const good = await put("good.jpg", jpeg);
  const broken = await put("broken.jpg", truncated(jpeg, 0.6));
  const note = await put("note.jpg", "this is no picture");
  const empty = await put("empty.jpg", "");
  const none = join(folder, "none.jpg");
  const { exitCode, stdout, stderr } = await resize(good, broken, note, empty, none, "--width", "100");
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/^1 done, 4 failed: /);
  expect(stderr).toMatch(new RegExp(`^pixmill: ${broken}: .*\\(corrupt_image\\)$`, "m"));
  expect(stderr).toMatch(new RegExp(`^pixmill: ${note}: .*\\(unsupported_format\\)$`, "m"));
  expect(stderr).toMatch(new RegExp(`^pixmill: ${empty}: .*\\(empty_file\\)$`, "m"));
  expect(stderr).toMatch(new RegExp(`^pixmill: ${none}: there is no such file \\(not_found\\)$`, "m"));
  expect(stderr).not.toContain(good);
  expect(await results()).toEqual(["good.jpg"]);
});

test("--json prints the summary as JSON", async () => {
  const good = await put("good.jpg", jpeg);
  const note = await put("note.jpg", "this is no picture");
  const { exitCode, stdout } = await resize(good, note, "--width", "64", "--format", "webp", "--json");
  const summary = JSON.parse(stdout);
  expect(exitCode).toBe(1);
  expect(summary).toMatchObject({ done: 1, failed: 1, notStarted: 0, bytesBefore: jpeg.length });
  expect(summary.images).toContainEqual({
    source: good,
    bytes: jpeg.length,
    made: [
      { path: join(out, "good.webp"), format: "webp", width: 64, height: 48, bytes: summary.bytesAfter },
    ],
    failures: [],
  });
});

test("pictures of the same name all get a result, numbered in the order of the arguments", async () => {
  const sources = await Promise.all(["x/cat.jpg", "y/cat.jpg", "z/CAT.jpg"].map((name) => put(name, jpeg)));
  const { exitCode } = await resize(...sources, "--width", "50");
  expect(exitCode).toBe(0);
  expect(await results()).toEqual(["CAT-3.jpg", "cat-2.jpg", "cat.jpg"]);
});

test("a result's extension tells what it is, whatever the source was called", async () => {
  const { exitCode } = await resize(await put("really-a-png.jpg", png), "--width", "50");
  expect(exitCode).toBe(0);
  expect(await results()).toEqual(["really-a-png.png"]);
});

test("nothing is replaced without --force", async () => {
  const source = await put("cat.jpg", jpeg);
  await put("out/cat.jpg", "precious");
  const refused = await resize(source, "--width", "50");
  expect(refused.exitCode).toBe(1);
  expect(refused.stderr).toContain("cat.jpg exists already; --force replaces it (exists)");
  expect(await readFile(join(out, "cat.jpg"), "utf8")).toBe("precious");
  expect((await resize(source, "--width", "50", "--force")).exitCode).toBe(0);
  expect(await sizeOf("cat.jpg")).toBe("50×38 jpeg");
});

test("a picture never replaces itself, not even with --force", async () => {
  const source = await put("out/cat.jpg", jpeg);
  const { exitCode, stderr } = await resize(source, "--width", "50", "--force");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("(is_source)");
  expect(await readFile(source)).toEqual(jpeg);
});

test("a preset and a list of variants make several results a picture", async () => {
  const source = await put("cat.jpg", jpeg);
  const variants = '[{"name": "s", "width": 20}, {"name": "m", "width": 40, "format": "png"}]';
  expect((await resize(source, "--variants", variants)).exitCode).toBe(0);
  expect((await resize(source, "--preset", "default")).exitCode).toBe(0);
  expect(await results()).toEqual(["cat-m.png", "cat-s.jpg", "cat-thumb.jpg"]);
  expect(await sizeOf("cat-thumb.jpg")).toBe("300×300 jpeg");
});

test("limits are those of the settings", async () => {
  const { exitCode, stderr } = await resize(await put("a.jpg", jpeg), "--width", "50", "--max-side", "600");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("(image_too_large)");
});

test.each([
  [[], "say what to make"],
  [["--width", "0"], "--width"],
  [["--width", "ten"], "must be a number"],
  [["--width", "5", "--preset", "default"], "exclude each other"],
  [["--width", "5", "--fit", "covr"], 'Did you mean "cover"?'],
])("%j is wrong usage: exit code 2, and nothing is made", async (args, words) => {
  const { exitCode, stderr } = await resize(await put("a.jpg", jpeg), ...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^pixmill: .+\n$/);
  expect(stderr).toContain(words);
  expect(await readdir(folder)).toEqual(["a.jpg"]);
});

test("Ctrl-C leaves whole results and nothing else", async () => {
  const large = await photo({ width: 1600, height: 1200, format: "jpeg" });
  for (let index = 0; index < 60; index++) await put(`in/${index}.jpg`, large);
  const ctrlC = new AbortController();
  const running = runCli(
    ["resize", join(folder, "in"), "--width", "1500", "--concurrency", "1", "--out", out],
    {
      interrupt: ctrlC.signal,
    },
  );
  const finished = async () => (await readdir(out).catch(() => [])).filter((name) => name.endsWith(".jpg"));
  await until(async () => (await finished()).length > 0, { what: "the first result" });
  ctrlC.abort();
  const { exitCode, stdout } = await running;
  expect(exitCode).toBe(130);
  expect(stdout).toMatch(/, \d+ not started: /);
  expect((await finished()).length).toBeLessThan(60);
  for (const name of await results()) {
    expect(name).toMatch(/^\d+\.jpg$/);
    await sharp(join(out, name), { failOn: "warning" }).stats();
  }
});
