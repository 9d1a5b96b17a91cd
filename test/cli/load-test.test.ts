import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { photo, truncated } from "../pictures/index.ts";
import type { ImageView } from "../support/client.ts";
import { freePort } from "../support/free-port.ts";
import { answerWith, closeFronts, frontOf } from "../support/front.ts";
import { type Pixmill, removeFolder, startPixmill } from "../support/pixmill.ts";
import { runCli } from "../support/run-cli.ts";
import { until } from "../support/until.ts";

let pixmill: Pixmill;
let jpeg: Buffer;
beforeAll(async () => {
  pixmill = await startPixmill({ env: { PIXMILL_WORKER_NAME: "worker-1" } });
  jpeg = await photo({ width: 640, height: 480, format: "jpeg" });
});
afterAll(async () => {
  await pixmill?.killAll();
  await removeFolder(pixmill.storage);
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-load-"));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
  closeFronts();
});

function loadTest(...args: string[]) {
  return runCli(["load-test", "--url", pixmill.url, ...args]);
}

const isUpload = ({ method }: IncomingMessage) => method === "POST";
const isEvents = ({ url }: IncomingMessage) => url === "/v1/events";
const isLook = ({ method, url }: IncomingMessage) => method === "GET" && url?.startsWith("/v1/images/");

test("generated photos are all done, and the numbers agree with each other and with the service", async () => {
  const { exitCode, stdout, stderr } = await loadTest("--count", "20", "--size", "400x300", "--json");
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({
    count: 20,
    concurrency: 8,
    accepted: 20,
    done: 20,
    failed: 0,
    notEnded: 0,
    notStarted: 0,
    retries: {},
    failures: [],
    workers: [{ name: "worker-1", images: 20, share: 1 }],
  });
  const { accepted, done } = report.latencyMs;
  for (const { p50, p95, p99 } of [accepted, done]) {
    expect(p50).toBeGreaterThan(0);
    expect(p95).toBeGreaterThanOrEqual(p50);
    expect(p99).toBeGreaterThanOrEqual(p95);
  }
  expect(done.p50).toBeGreaterThanOrEqual(accepted.p50);
  expect(done.p99).toBeLessThanOrEqual(report.seconds * 1000 + 1);
  expect(report.imagesPerSecond).toBeCloseTo(20 / report.seconds, 1);
  const answer = await fetch(`${pixmill.url}/v1/images?limit=20`);
  const { items } = (await answer.json()) as { items: ImageView[] };
  expect(items).toHaveLength(20);
  expect(new Set(items.map(({ original }) => original?.width))).toEqual(new Set([400]));
  expect(new Set(items.map(({ original }) => original?.sha256)).size).toBe(6);
});

test("a person reads latency, throughput and each worker's share as a bar", async () => {
  await writeFile(join(folder, "a.jpg"), jpeg);
  const { exitCode, stdout } = await loadTest("--folder", folder, "--count", "3", "--concurrency", "2");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /^3 photos to http:\/\/localhost:\d+, 2 at a time\n3 done, 0 failed in [\d.]+ s: [\d.]+ images\/s\n/,
  );
  expect(stdout).toMatch(/^accepted( +[\d.]+ m?s){3}$/m);
  expect(stdout).toMatch(/^done( +[\d.]+ m?s){3}$/m);
  expect(stdout).toMatch(/^worker-1 {2}█{20} {2}3 \(100 %\)$/m);
});

test("what fails is named with its reason, the rest is done, and the exit code is 1", async () => {
  await mkdir(join(folder, "deep"));
  await writeFile(join(folder, "good.jpg"), jpeg);
  await writeFile(join(folder, "broken.jpg"), truncated(jpeg, 0.6));
  await writeFile(join(folder, "deep/note.jpg"), "this is no picture");
  const { exitCode, stdout, stderr } = await loadTest("--folder", folder, "--json");
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    new RegExp(`^pixmill: ${folder}/broken.jpg \\(image .+\\): .+ \\(corrupt_image\\)$`, "m"),
  );
  expect(stderr).toMatch(new RegExp(`^pixmill: ${folder}/deep/note.jpg: .+ \\(unsupported_format\\)$`, "m"));
  expect(stderr).not.toContain("good.jpg");
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ count: 3, accepted: 2, done: 1, failed: 2 });
  expect(report.failuresByCode).toEqual({ corrupt_image: 1, unsupported_format: 1 });
});

test("a service that is busy is asked again when it says, and its images are found without a stream", async () => {
  let refused = 0;
  const url = await frontOf(pixmill.url, (incoming, answer) => {
    if (isEvents(incoming)) return answerWith(answer, 404, "not_found");
    if (!isUpload(incoming) || refused >= 4) return false;
    refused += 1;
    const status = refused % 2 ? 503 : 429;
    return answerWith(answer, status, "overloaded", { "retry-after": "1" });
  });
  await writeFile(join(folder, "a.jpg"), jpeg);
  const args = ["--url", url, "--folder", folder, "--count", "5", "--concurrency", "1", "--json"];
  const { exitCode, stdout } = await loadTest(...args);
  expect(exitCode).toBe(0);
  const report = JSON.parse(stdout);
  expect(report).toMatchObject({ done: 5, failed: 0, retries: { 503: 2, 429: 2 } });
  expect(report.latencyMs.accepted.p99).toBeGreaterThanOrEqual(4_000);
});

test("a stream that is cut is taken up where it was, and tells of every image", async () => {
  const resumedAfter: unknown[] = [];
  const url = await frontOf(
    pixmill.url,
    (incoming, answer) => {
      if (isEvents(incoming)) resumedAfter.push(incoming.headers["last-event-id"]);
      return isLook(incoming) ? answerWith(answer, 500, "internal_error") : false;
    },
    ({ url: path, socket }, piece) => {
      if (path === "/v1/events" && resumedAfter.length === 1 && piece.includes("image.queued"))
        socket.destroySoon();
    },
  );
  await writeFile(join(folder, "a.jpg"), jpeg);
  const { exitCode, stdout } = await loadTest("--url", url, "--folder", folder, "--count", "8", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ done: 8, failed: 0, retries: {} });
  expect(resumedAfter).toEqual([undefined, expect.stringMatching(/-\d+$/)]);
});

test("a restart of the service fails nothing", async () => {
  const port = String(await freePort());
  const first = await startPixmill({ env: { PORT: port, PIXMILL_CONCURRENCY: "1" } });
  const { url, storage } = first;
  const running = loadTest("--url", url, "--count", "40", "--size", "900x700", "--json");
  await until(() => first.log().some(({ msg }) => String(msg).includes("finished an image")), {
    what: "the first image",
  });
  await first.killAll();
  const second = await startPixmill({ storage, env: { PORT: port } });
  const { exitCode, stdout, stderr } = await running;
  await second.killAll();
  await removeFolder(storage);
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ done: 40, failed: 0, notEnded: 0 });
});

test("an image that never ends, and one that is no longer known, are failures with their names", async () => {
  let forgotten = "";
  const url = await frontOf(pixmill.url, (incoming, answer) => {
    if (isEvents(incoming)) return answerWith(answer, 404, "not_found");
    if (!isLook(incoming)) return false;
    const id = incoming.url?.match(/[^/?]+(?=\?)/)?.[0] ?? "";
    forgotten ||= id;
    if (id === forgotten) return answerWith(answer, 404, "not_found");
    answer.writeHead(200, { "content-type": "application/json" });
    answer.end(JSON.stringify({ id, status: "queued", worker: null, error: null }));
    return true;
  });
  await writeFile(join(folder, "a.jpg"), jpeg);
  const { exitCode, stdout, stderr } = await loadTest(
    "--url",
    url,
    "--folder",
    folder,
    "--count",
    "2",
    "--timeout",
    "8s",
    "--json",
  );
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout).failuresByCode).toEqual({ not_found: 1, not_ended: 1 });
  expect(stderr).toContain(`${folder}/a.jpg (image ${forgotten}): This is not_found. (not_found)`);
  expect(stderr).toMatch(/a\.jpg \(image .+\): nothing moved for 8 s \(not_ended\)/);
});

test("Ctrl-C prints what there is so far", async () => {
  await writeFile(join(folder, "a.jpg"), jpeg);
  const ctrlC = new AbortController();
  let uploads = 0;
  const url = await frontOf(pixmill.url, (incoming) => {
    if (isUpload(incoming)) uploads += 1;
    return false;
  });
  const args = ["load-test", "--url", url, "--folder", folder, "--count", "100000", "--json"];
  const running = runCli(args, { interrupt: ctrlC.signal });
  await until(() => uploads > 30, { what: "thirty uploads" });
  ctrlC.abort();
  const { exitCode, stdout } = await running;
  expect(exitCode).toBe(130);
  const { accepted, done, failed, notEnded, notStarted } = JSON.parse(stdout);
  expect(accepted).toBeGreaterThan(0);
  expect(failed).toBe(0);
  expect(done + notEnded + notStarted).toBe(100_000);
});

test("the API key comes from a variable or a file, and never from the command line", async () => {
  const url = await frontOf(pixmill.url, ({ headers }, answer) => {
    return headers.authorization !== "Bearer s3cret" && answerWith(answer, 401, "unauthorized");
  });
  await writeFile(join(folder, "a.jpg"), jpeg);
  await writeFile(join(folder, "key"), "s3cret\n");
  const args = ["load-test", "--url", url, "--folder", folder];
  const env = { LOAD_TEST_KEY: "s3cret" };
  expect((await runCli([...args, "--api-key", "env:LOAD_TEST_KEY"], { env })).exitCode).toBe(0);
  expect((await runCli([...args, "--api-key", `file:${join(folder, "key")}`])).exitCode).toBe(0);
  const without = await runCli(args);
  expect(without.exitCode).toBe(1);
  expect(without.stderr).toMatch(/^pixmill: .+ wants an API key \(401\): --api-key env:NAME .+\n$/);
  const given = await runCli([...args, "--api-key", "s3cret"]);
  expect(given.exitCode).toBe(2);
  expect(given.stderr).not.toContain("s3cret");
});

test("an address where nothing listens is one sentence", async () => {
  const url = `http://127.0.0.1:${await freePort()}`;
  const { exitCode, stdout, stderr } = await loadTest("--url", url);
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toBe(
    `pixmill: ${url} cannot be reached: nothing listens there; --url says where the service is\n`,
  );
});

test.each([
  [["--folder", "none"], "nothing to upload: none: there is no such file"],
  [["--url", "{url}/docs"], "does not answer as Pixmill does: There is nothing here. (404)"],
  [["--size", "9x9", "--preset", "defualt"], "refuses such uploads: preset: "],
  [["--size", "9x9", "--variants", '[{"name": "a", "width": 0}]'], "refuses such uploads: variants"],
])("%j cannot be done: one sentence, and exit code 1", async (args, words) => {
  const { exitCode, stdout, stderr } = await loadTest(
    ...args.map((arg) => arg.replace("{url}", pixmill.url)),
  );
  expect(exitCode).toBe(1);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^pixmill: .+\n$/);
  expect(stderr).toContain(words);
});

test.each([
  [["--size", "9x9", "--variants", "{"], "--variants: this is not JSON"],
  [["--url", "localhost"], "--url localhost: it must be an http or https address"],
  [["--count", "0"], "whole number from 1 to"],
  [["--timeout", "5"], "a time from 1s to 24h"],
  [["--size", "1600"], "like 1600x1200"],
  [["--size", "9x9", "--folder", "."], "cannot be used with"],
])("%j is wrong usage: one sentence, and exit code 2", async (args, words) => {
  const { exitCode, stderr } = await loadTest(...args);
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/^pixmill: .+\n$/);
  expect(stderr).toContain(words);
});
