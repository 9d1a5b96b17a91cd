import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterEach, describe, expect, test, vi } from "vitest";
import { requestFor, testLimits, workFolder } from "../../test/support/engine-work.ts";
import { until } from "../../test/support/until.ts";
import { silentLogger } from "../logger.ts";
import { EnginePool } from "./engine-pool.ts";

// Every test starts processes, which takes seconds when the machine is busy.
vi.setConfig({ testTimeout: 60_000 });

const poolFile = new URL("./engine-pool.ts", import.meta.url).href;

const pools: EnginePool[] = [];
afterEach(() => Promise.all(pools.splice(0).map((pool) => pool.close())));

function startPool(options: Partial<ConstructorParameters<typeof EnginePool>[0]> = {}) {
  const pool = new EnginePool({ processes: 1, timeoutMs: 20_000, logger: silentLogger(), ...options });
  pools.push(pool);
  return pool;
}

async function writeSource(folder: string, width = 400, height = 300) {
  // Grain: of a flat colour even 16 megapixels are soon written.
  const noise = { type: "gaussian", mean: 128, sigma: 60 } as const;
  await sharp({ create: { width, height, channels: 3, background: "#c04020", noise } })
    .jpeg()
    .toFile(join(folder, "source"));
}

/** Seconds of real work for libvips. */
const slow = { width: 4000, height: 4000, enlarge: true, format: "avif" as const, quality: 100 };
const quick = { width: 100 };

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The pid of the pool's one child, once it is there and works natively. */
async function busyChild(pool: EnginePool): Promise<number> {
  return vi.waitFor(
    async () => {
      const [pid] = pool.pids;
      expect(pid).toBeDefined();
      const [, , , , , , , , , , , , , user] = (await readFile(`/proc/${pid}/stat`, "latin1")).split(" ");
      // Clock ticks of 10 ms: far more than what it takes to start, on a busy machine too. Killed before it begins, a
      // child costs the picture nothing, and another one makes it.
      expect(Number(user)).toBeGreaterThan(150);
      return pid ?? 0;
    },
    { timeout: 30_000, interval: 20 },
  );
}

/** A child that does what it is told instead of rendering: the first transform's name is a key of `acts`. */
async function entryThatActs(folder: string): Promise<URL> {
  const serve = new URL("./child/serve.ts", import.meta.url).href;
  const file = join(folder, "acting-child.mjs");
  const acts = {
    spin: "for (;;);",
    abort: "process.abort();",
    exit: "process.exit(3);",
    segfault: 'process.kill(process.pid, "SIGSEGV"); for (;;);',
    allocate: "const all = []; for (;;) all.push(new Array(1e6).fill(Math.random()));",
    hoard:
      "const all = []; const nap = new Int32Array(new SharedArrayBuffer(4)); " +
      "for (;;) { all.push(Buffer.alloc(4e6, 1)); Atomics.wait(nap, 0, 0, 20); }",
    refuse: 'throw new Error("/home/someone/secret.jpg: bad");',
    answer: "return { rendered: [], failed: [], placeholder: null };",
    nap: "return new Promise((resolve) => setTimeout(resolve, 4_500, acts.answer()));",
  };
  const cases = Object.entries(acts).map(([name, code]) => `${name}() { ${code} }`);
  await writeFile(
    file,
    `import { serve } from ${JSON.stringify(serve)};
const acts = { ${cases.join(", ")} };
export default serve(async ({ request }) => acts[request.transforms[0].name]());`,
  );
  return new URL(`file://${file}`);
}

describe("the pool of engine processes", () => {
  test("inspects and renders in a child", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    expect(await pool.inspect(folder.path, testLimits)).toEqual({
      format: "jpeg",
      width: 400,
      height: 300,
      frames: 1,
      progressive: false,
    });
    const { rendered } = await pool.render(
      requestFor(folder.path, { name: "thumb", width: 300, height: 300 }),
    );
    expect(rendered).toMatchObject([{ name: "thumb", file: "0.jpg", width: 300, height: 300 }]);
    expect(pool.pids).not.toContain(process.pid);
    expect(pool.pids).toHaveLength(1);
  });

  test("a picture's fault is told by its code, without a path", async () => {
    await using folder = await workFolder();
    await writeFile(join(folder.path, "source"), "no picture");
    const pool = startPool();
    const error = await pool.render(requestFor(folder.path, quick)).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "PixmillError", code: "unsupported_format" });
    expect(String(error)).not.toContain(folder.path);
  });

  test("a picture is not late because this process was stopped while it was made", async () => {
    await using folder = await workFolder();
    const pool = startPool({ timeoutMs: 2_000, entry: await entryThatActs(folder.path) });
    await pool.render(requestFor(folder.path, { name: "answer" }));
    const napping = pool.render(requestFor(folder.path, { name: "nap" }));
    await delay(200);
    // As after a stop, timers that are due come before what the child has sent: they follow the immediates.
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4_000);
        resolve();
      });
    });
    expect(await napping).toMatchObject({ rendered: [] });
  });

  test("invariant 5: the parent spends next to nothing on a picture that costs a child a lot", async () => {
    await using folder = await workFolder();
    await using other = await workFolder();
    for (const { path } of [folder, other]) await writeSource(path, 4000, 3000);
    const pool = startPool({ processes: 2 });
    // Both processes are there before anything is counted.
    await Promise.all([folder, other].map(({ path }) => pool.render(requestFor(path, quick))));
    const before = process.cpuUsage();
    const fourIn = async (path: string) => {
      for (let turn = 0; turn < 4; turn++) await pool.render(requestFor(path, { width: 1600 }));
    };
    await Promise.all([fourIn(folder.path), fourIn(other.path)]);
    const { user, system } = process.cpuUsage(before);
    // One such render costs 50 ms of CPU or more, eight cost 400.
    expect((user + system) / 1000).toBeLessThan(200);
  });

  test("never more pictures at a time than processes", async () => {
    const pool = startPool({ processes: 2 });
    let most = 0;
    const renders = Array.from({ length: 8 }, async () => {
      // One each, as claims have: a result is read back for its placeholder.
      await using folder = await workFolder();
      await writeSource(folder.path);
      await pool.render(requestFor(folder.path, quick));
      most = Math.max(most, pool.pids.length);
    });
    await vi.waitFor(() => expect(pool.pids).toHaveLength(2), { timeout: 15_000 });
    await Promise.all(renders);
    expect(most).toBe(2);
  });

  test("pictures wait in the order in which they came", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    const finished: number[] = [];
    const render = async (index: number) => {
      await pool.render(requestFor(folder.path, quick));
      finished.push(index);
    };
    await Promise.all([0, 1, 2, 3].map(render));
    expect(finished).toEqual([0, 1, 2, 3]);
  });

  test.each([
    ["SIGKILL", "out_of_memory"],
    ["SIGSEGV", "engine_crashed"],
  ] as const)(
    "invariant 6: a child lost to %s in mid-render fails that picture alone",
    async (signal, code) => {
      await using bad = await workFolder();
      await using good = await workFolder();
      await writeSource(bad.path);
      await writeSource(good.path);
      const pool = startPool({ processes: 1 });
      const lost = expect(pool.render(requestFor(bad.path, slow))).rejects.toMatchObject({ code });
      const neighbours = [1, 2].map(() => pool.render(requestFor(good.path, quick)));
      process.kill(await busyChild(pool), signal);
      await lost;
      for (const { rendered } of await Promise.all(neighbours)) expect(rendered).toHaveLength(1);
      expect(existsSync(join(bad.path, "0.avif"))).toBe(false);
    },
  );

  test("invariant 6: a child that is stopped is killed at the deadline", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool({ timeoutMs: 8_000 });
    const hung = expect(pool.render(requestFor(folder.path, slow))).rejects.toMatchObject({
      code: "engine_timeout",
    });
    const pid = await busyChild(pool);
    process.kill(pid, "SIGSTOP");
    await hung;
    expect(isRunning(pid)).toBe(false);
    expect((await pool.render(requestFor(folder.path, quick))).rendered).toHaveLength(1);
  });

  /** What a person needs to know of a lost process. */
  const evidence = {
    spin: /deadline: ended after \d+\.\d s, holding \d+ MB/,
    abort: /SIGABRT after \d+\.\d s/,
    exit: /exit code 3 after \d+\.\d s/,
    segfault: /SIGSEGV after \d+\.\d s/,
    allocate: /memory than allowed: SIG(ABRT|KILL|TRAP) after \d+\.\d s, holding \d+ MB/,
  };
  test.each([
    ["spin", "engine_timeout"],
    ["abort", "engine_crashed"],
    ["exit", "engine_crashed"],
    ["segfault", "engine_crashed"],
    ["allocate", "out_of_memory"],
    ["refuse", "corrupt_image"],
  ] as const)("invariant 6: a child that does %s fails its picture with %s", async (act, code) => {
    await using folder = await workFolder();
    const timeoutMs = act === "spin" ? 500 : 60_000;
    const pool = startPool({ timeoutMs, entry: await entryThatActs(folder.path) });
    // So that the start of the child is not in the time taken.
    await pool.render(requestFor(folder.path, { name: "answer" }));
    const began = performance.now();
    const error = await pool
      .render(requestFor(folder.path, { name: act }))
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code });
    expect(String(error)).not.toContain("secret.jpg");
    if (act !== "refuse") expect(String(error)).toMatch(evidence[act]);
    if (act === "spin") expect(performance.now() - began).toBeLessThan(4_000);
    await expect(pool.render(requestFor(folder.path, { name: "answer" }))).resolves.toBeDefined();
  });

  test("a signal kills the child and rejects with its reason, at once also while waiting", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    const first = new AbortController();
    const second = new AbortController();
    const running = pool
      .render(requestFor(folder.path, slow), first.signal)
      .catch((reason: unknown) => reason);
    const waiting = pool
      .render(requestFor(folder.path, quick), second.signal)
      .catch((reason: unknown) => reason);
    const pid = await busyChild(pool);
    second.abort(new Error("no longer wanted"));
    expect(await waiting).toBe(second.signal.reason);
    first.abort(new Error("deleted"));
    expect(await running).toBe(first.signal.reason);
    expect(isRunning(pid)).toBe(false);
  });

  test("an idle child that is killed ends nothing else, and the next picture does not notice", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    await pool.render(requestFor(folder.path, quick));
    const [pid = 0] = pool.pids;
    process.kill(pid, "SIGKILL");
    // Not awaited: the pool may not know it yet.
    expect((await pool.render(requestFor(folder.path, quick))).rendered).toHaveLength(1);
    await vi.waitFor(() => expect(pool.pids).toHaveLength(1), { timeout: 15_000 });
    expect(pool.pids).not.toContain(pid);
  });

  test("SIGINT and SIGTERM, which reach the whole group, do not end a child", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    await pool.render(requestFor(folder.path, quick));
    const [pid = 0] = pool.pids;
    process.kill(pid, "SIGINT");
    process.kill(pid, "SIGTERM");
    await delay(200);
    await pool.render(requestFor(folder.path, quick));
    expect(pool.pids).toEqual([pid]);
  });

  test("children are started on demand, and ended when idle", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool({ processes: 2, idleMs: 50 });
    expect(pool.pids).toEqual([]);
    await pool.render(requestFor(folder.path, quick));
    const [pid = 0] = pool.pids;
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { timeout: 5_000 });
    expect(pool.pids).toEqual([]);
  });

  test("idle children are ended when the next picture needs their memory", async () => {
    await using folder = await workFolder();
    await using other = await workFolder();
    await writeSource(folder.path);
    await writeSource(other.path);
    const pool = startPool({ processes: 2, memoryBytes: 600 << 20 });
    const render = (path: string, megabytes: number) =>
      pool.render({ ...requestFor(path, quick), predictedBytes: megabytes << 20 });
    await Promise.all([render(folder.path, 100), render(other.path, 100)]);
    expect(pool.pids).toHaveLength(2);
    await render(folder.path, 590);
    expect(pool.pids).toHaveLength(1);
  });

  test("a small picture is not made by a child that keeps much more than it needs, where that is dear", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pidsOf = async (memoryBytes: number) => {
      const pool = startPool({ memoryBytes });
      const request = { ...requestFor(folder.path, quick), predictedBytes: 10 << 20 };
      await pool.render(request);
      const [first] = pool.pids;
      await pool.render(request);
      expect(pool.pids.length).toBeLessThan(2);
      return pool.pids.includes(first ?? 0);
    };
    expect(await pidsOf(64 * 1024 ** 2)).toBe(false);
    expect(await pidsOf(4096 * 1024 ** 2)).toBe(true);
  });

  test("a child that takes more than twice of what was predicted is ended before the machine suffers", async () => {
    await using folder = await workFolder();
    const lost: string[] = [];
    const recorder = { started: () => {}, lost: (reason: string) => void lost.push(reason) };
    const pool = startPool({ timeoutMs: 120_000, recorder, entry: await entryThatActs(folder.path) });
    const hoarding = pool.render({ ...requestFor(folder.path, { name: "hoard" }), predictedBytes: 80 << 20 });
    const error = await hoarding.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "out_of_memory" });
    expect(String(error)).toMatch(/ended after \d+\.\d s, holding [4-9]\d\d MB/);
    expect(lost).toEqual(["memory"]);
  });

  test("a child that does not begin in time is not counted as lost for memory", async () => {
    await using folder = await workFolder();
    const lost: string[] = [];
    const recorder = { started: () => {}, lost: (reason: string) => void lost.push(reason) };
    const file = join(folder.path, "spins.mjs");
    await writeFile(file, "for (;;);");
    const entry = new URL(`file://${file}`);
    const pool = startPool({ startTimeoutMs: 300, recorder, entry });
    await expect(pool.render(requestFor(folder.path, quick))).rejects.toMatchObject({ code: "overloaded" });
    expect(lost).toEqual(["timeout", "timeout", "timeout"]);
  });

  test("a child that grew is replaced by a fresh one", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const grown = startPool({ recycleRssBytes: 1 });
    await grown.render(requestFor(folder.path, quick));
    const before = grown.pids;
    await grown.render(requestFor(folder.path, quick));
    await vi.waitFor(() => expect(grown.pids).toEqual([]), { timeout: 15_000 });
    const small = startPool();
    await small.render(requestFor(folder.path, quick));
    const kept = small.pids;
    await small.render(requestFor(folder.path, quick));
    expect(before.every((pid) => !isRunning(pid))).toBe(true);
    expect(kept).toHaveLength(1);
    expect(small.pids).toEqual(kept);
  });

  test("closing ends every child and rejects what runs", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const pool = startPool();
    const running = expect(pool.render(requestFor(folder.path, slow))).rejects.toThrow("closed");
    const pid = await busyChild(pool);
    await pool.close();
    await running;
    expect(isRunning(pid)).toBe(false);
    await expect(pool.render(requestFor(folder.path, quick))).rejects.toThrow("closed");
  });

  test("a program that closes its engine ends by itself", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const script = join(folder.path, "program.mjs");
    await writeFile(
      script,
      `import { EnginePool } from ${JSON.stringify(poolFile)};
const pool = new EnginePool({ processes: 1, timeoutMs: 60_000, logger: { warn() {}, debug() {} } });
await pool.inspect(${JSON.stringify(folder.path)}, ${JSON.stringify(testLimits)});
await pool.close();
console.log("closed");`,
    );
    const { stdout } = await promisify(execFile)(process.execPath, [script]);
    expect(stdout).toBe("closed\n");
  });

  test("a program that may open no more files starts no child, keeps nothing of it, and does not end for it", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    const script = join(folder.path, "program.mjs");
    const inspect = `pool.inspect(${JSON.stringify(folder.path)}, ${JSON.stringify(testLimits)})`;
    await writeFile(
      script,
      `import { closeSync, openSync } from "node:fs";
import { EnginePool } from ${JSON.stringify(poolFile)};
const pool = new EnginePool({ processes: 1, timeoutMs: 60_000, logger: { warn() {}, debug() {} } });
const open = [];
try { for (;;) open.push(openSync("/dev/null")); } catch {}
const code = await ${inspect}.then(() => "none", ({ code }) => code);
await new Promise((resolve) => setTimeout(resolve, 100));
const ports = process.getActiveResourcesInfo().filter((name) => name === "MessagePort").length;
for (const file of open) closeSync(file);
await ${inspect};
console.log(code, ports);
process.exit();`,
    );
    const limited = `ulimit -n 128; exec "${process.execPath}" "${script}"`;
    const { stdout } = await promisify(execFile)("sh", ["-c", limited]);
    expect(stdout).toBe("overloaded 0\n");
  });

  test("no secret of the parent is in a child's environment", async () => {
    await using folder = await workFolder();
    await writeSource(folder.path);
    vi.stubEnv("PIXMILL_WEBHOOK_SECRET", "whsec_of_this_test");
    const pool = startPool();
    await pool.render(requestFor(folder.path, quick));
    const environment = await readFile(`/proc/${pool.pids[0]}/environ`, "latin1");
    vi.unstubAllEnvs();
    expect(environment).not.toContain("whsec_of_this_test");
    expect(environment).toContain("MALLOC_ARENA_MAX=2");
  });

  test("a child leaves its code compiled for those that come after it", async () => {
    await using folder = await workFolder();
    await using kept = await workFolder();
    await writeSource(folder.path);
    const pool = startPool({ codeCache: kept.path });
    await pool.render(requestFor(folder.path, quick));
    const sizes = async () => (await readdir(kept.path, { recursive: true })).length;
    await until(async () => (await sizes()) > 50, { what: "the compiled code" });
    await pool.close();
  });

  test("an orphan that spins is gone soon after its parent was killed", async () => {
    await using folder = await workFolder();
    const entry = await entryThatActs(folder.path);
    const script = join(folder.path, "parent.mjs");
    const request = requestFor(folder.path, { name: "spin" });
    await writeFile(
      script,
      `import { EnginePool } from ${JSON.stringify(poolFile)};
const logger = { warn() {}, debug() {} };
const pool = new EnginePool({ processes: 1, timeoutMs: 60_000, logger, entry: new URL(${JSON.stringify(entry.href)}) });
pool.render(${JSON.stringify(request)}).catch(() => {});
console.log(pool.pids[0] ?? (await new Promise((tell) => setTimeout(() => tell(pool.pids[0]), 100))));`,
    );
    const parent = spawn(process.execPath, [script], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [line] = await once(parent.stdout, "data");
    const orphan = Number(String(line).trim());
    // Long enough that it spins: it is past its first second of CPU time.
    await vi.waitFor(
      async () => {
        const stat = (await readFile(`/proc/${orphan}/stat`, "latin1")).split(" ");
        expect(Number(stat[13])).toBeGreaterThan(100);
      },
      { timeout: 15_000 },
    );
    parent.kill("SIGKILL");
    await vi.waitFor(() => expect(isRunning(orphan)).toBe(false), { timeout: 4_000, interval: 50 });
  });
});

test("a machine that can start no child at all is an outage, and no fault of the picture", async () => {
  await using folder = await workFolder();
  await writeSource(folder.path);
  const entry = new URL(`file://${join(folder.path, "broken.mjs")}`);
  await writeFile(entry, "throw new Error('this child cannot load');\n");
  const pool = startPool({ entry });
  await expect(pool.render(requestFor(folder.path, quick))).rejects.toMatchObject({ code: "overloaded" });
});
