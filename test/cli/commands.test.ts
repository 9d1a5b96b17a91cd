import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openCatalog } from "../../src/catalog/database.ts";
import { runCli } from "../support/run-cli.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "pixmill-cli-"));
});
afterAll(() => rm(folder, { recursive: true }));

test.each([
  ["--help"],
  ["serve", "--help"],
  ["config", "--help"],
  ["webhook-secret", "--help"],
  ["resize", "--help"],
  ["load-test", "--help"],
  ["upload", "--help"],
  ["status", "--help"],
  ["watch", "--help"],
  ["download", "--help"],
  ["retry", "--help"],
  ["batches", "--help"],
  ["help", "resize"],
])("%s %s prints help with examples", async (...args) => {
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^Usage: pixmill/);
  expect(stdout).toContain("Examples:\n  $ pixmill");
  expect(stderr).toBe("");
});

test("--version prints the version alone", async () => {
  const { exitCode, stdout } = await runCli(["--version"]);
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
});

test.each([
  [["serv"], "unknown command 'serv'", "serve"],
  [["resise"], "unknown command 'resise'", "resize"],
  [["serve", "--prot", "1"], "unknown option '--prot'", "--port"],
  [["resize", "a.jpg", "--widht", "5"], "unknown option '--widht'", "--width"],
])("%j is refused in one line that names what was meant", async (args, problem, meant) => {
  const { exitCode, stdout, stderr } = await runCli(args);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^pixmill: .+\n$/);
  expect(stderr).toContain(problem);
  expect(stderr).toContain(`Did you mean ${meant}?`);
});

test("without a command the help is on standard error, as for any wrong usage", async () => {
  const { exitCode, stdout, stderr } = await runCli([]);
  expect(exitCode).toBe(2);
  expect(stdout).toBe("");
  expect(stderr).toContain("Usage: pixmill");
});

test.each([["config"], ["--help"]])(
  "%s ends without a word when nobody reads what it prints",
  async (...args) => {
    const main = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
    const child = spawn(process.execPath, [main, ...args], {
      cwd: folder,
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stdout.destroy();
    const exit = once(child, "exit");
    expect(await text(child.stderr)).toBe("");
    expect(await exit).toEqual([141, null]);
  },
);

test("webhook-secret prints the one of the settings, else the one of the catalog, always the same", async () => {
  const given = `whsec_${"A".repeat(32)}`;
  const set = await runCli(["webhook-secret"], { cwd: folder, env: { PIXMILL_WEBHOOK_SECRET: given } });
  expect(set).toEqual({ exitCode: 0, stdout: `${given}\n`, stderr: "" });
  const env = { PIXMILL_STORAGE: "secrets" };
  await (await openCatalog(`sqlite:${join(folder, "secrets", "pixmill.sqlite")}`)).close();
  const first = await runCli(["webhook-secret"], { cwd: folder, env });
  expect(first.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
  expect(await runCli(["webhook-secret"], { cwd: folder, env })).toEqual(first);
});

test("webhook-secret makes no catalog where there is none", async () => {
  const env = { PIXMILL_STORAGE: "elsewhere" };
  const { exitCode, stdout, stderr } = await runCli(["webhook-secret"], { cwd: folder, env });
  expect([exitCode, stdout]).toEqual([1, ""]);
  expect(stderr).toMatch(
    /^pixmill: there is no catalog at .+elsewhere.pixmill\.sqlite: give the settings .+\n$/,
  );
  expect(await readdir(folder)).not.toContain("elsewhere");
});

test("webhook-secret of an API key is another, always the same, and of known keys alone", async () => {
  const env = {
    PIXMILL_WEBHOOK_SECRET: `whsec_${"A".repeat(32)}`,
    PIXMILL_API_KEYS: "first-key,second-key",
    FIRST: "first-key",
    SECOND: "second-key",
    THIRD: "third-key",
  };
  const of = (name: string) => runCli(["webhook-secret", "--api-key", `env:${name}`], { cwd: folder, env });
  const [first, second, third] = await Promise.all(["FIRST", "SECOND", "THIRD"].map(of));
  expect(first?.stdout).toMatch(/^whsec_[A-Za-z0-9+/]{43}=\n$/);
  expect(first?.stdout).not.toBe(second?.stdout);
  expect(await of("FIRST")).toEqual(first);
  expect(third).toEqual({
    exitCode: 2,
    stdout: "",
    stderr: "pixmill: --api-key env:THIRD: this key is not one of PIXMILL_API_KEYS\n",
  });
});

test("config prints every setting with its value and source", async () => {
  const env = { PORT: "1234", PIXMILL_STORAGE: "somewhere" };
  const { exitCode, stdout } = await runCli(["config", "--max-side", "99"], { env, cwd: folder });
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^PORT +1234 +environment$/m);
  expect(stdout).toMatch(/^PIXMILL_MAX_SIDE +99 +flag$/m);
  expect(stdout).toMatch(/^PIXMILL_JOB_TIMEOUT +20s +default$/m);
  expect(stdout).toMatch(/^REDIS_URL +\(none\) +default$/m);
  expect(stdout).toContain(join(folder, "somewhere"));
});

test("config --json is JSON", async () => {
  const { stdout } = await runCli(["config", "--json"], { env: { PORT: "1" } });
  const config = JSON.parse(stdout);
  expect(config.PIXMILL_MAX_FILE_SIZE).toEqual({ value: "64mb", source: "default" });
  expect(config.PORT).toEqual({ value: "1", source: "environment" });
});

test("every wrong setting is reported at once, before anything is started", async () => {
  const env = { PORT: "abc", PIXMILL_MEMRY: "1gb", HOST: "0.0.0.0", PIXMILL_STORAGE: join(folder, "none") };
  for (const command of ["serve", "config"]) {
    const { exitCode, stdout, stderr } = await runCli([command, "--job-timeout", "never"], { env });
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    for (const part of ["PORT=abc", "Did you mean PIXMILL_MEMORY?", "HOST=0.0.0.0", "--job-timeout never"]) {
      expect(stderr).toContain(part);
    }
  }
});

test.each(["serve", "config"])(
  "a mistake in the presets file stops %s with the file, the line and what was meant",
  async (command) => {
    const file = join(folder, "presets.json");
    await writeFile(file, '{"shop": [\n{"name": "card", "widht": 5},\n{"name": "big", "format": "wepb"}]}');
    const env = { PIXMILL_PRESETS: file, PIXMILL_STORAGE: join(folder, "never-made") };
    const { exitCode, stdout, stderr } = await runCli([command], { env });
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(`${file}:2: "widht" is no field of a variant. Did you mean "width"?`);
    expect(stderr).toMatch(/presets\.json:3: "format": must be one of .+ Did you mean "webp"\?/);
    expect(await readdir(folder)).not.toContain("never-made");
  },
);

test("a port that is taken ends the start with one line", async () => {
  const other = createServer().listen(0, "127.0.0.1");
  await once(other, "listening");
  const address = other.address();
  const port = typeof address === "object" ? String(address?.port) : "";
  const args = ["serve", "--port", port, "--storage", join(folder, "storage"), "--log-level", "silent"];
  const { exitCode, stderr } = await runCli(args);
  other.close();
  expect(exitCode).toBe(1);
  expect(stderr).toBe(`pixmill: port ${port} is taken; choose another with --port\n`);
});
