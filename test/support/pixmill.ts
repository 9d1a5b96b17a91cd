import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { until } from "./until.ts";

const main = new URL("../../src/cli/main.ts", import.meta.url).pathname;
const running = new Set<ChildProcess>();
// A test run that ends early must leave no server behind. Each leads its own group: engine processes go with it.
process.on("exit", () => {
  for (const child of running) killGroup(child, "SIGKILL");
});

export interface StartOptions {
  /** A folder that outlives this process; a new temporary one when not given. */
  readonly storage?: string;
  /** `serve` when not given. */
  readonly command?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** A program and its arguments that run the command which follows them, as `nice` does. */
  readonly under?: readonly string[];
}

/** A real Pixmill in a process group of its own, as a user starts it. */
export interface Pixmill {
  /** `http://localhost:<port>`; empty for a command that does not listen. */
  readonly url: string;
  readonly storage: string;
  readonly pid: number;
  /** Everything that it printed. */
  output(): string;
  /** Lines of the log as objects, those that are JSON. */
  log(): Record<string, unknown>[];
  signal(signal: NodeJS.Signals): void;
  /** kill -9 of the whole process group. */
  killAll(): Promise<void>;
  /** SIGTERM, and the exit code. */
  stop(): Promise<number | null>;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
}

export async function temporaryFolder(name = "pixmill-test-"): Promise<string> {
  return mkdtemp(join(tmpdir(), name));
}

export async function removeFolder(path: string): Promise<void> {
  await rm(path, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

export async function startPixmill(options: StartOptions = {}): Promise<Pixmill> {
  const storage = options.storage ?? (await temporaryFolder());
  const { NODE_OPTIONS: _, VITEST: __, ...inherited } = process.env;
  const node = [process.execPath, "--max-semi-space-size=2", main, ...(options.command ?? ["serve"])];
  const [program = "", ...args] = [...(options.under ?? []), ...node];
  const child = spawn(program, args, {
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
    env: {
      ...inherited,
      NODE_ENV: "test",
      PORT: "0",
      PIXMILL_STORAGE: storage,
      PIXMILL_LOG_FORMAT: "json",
      ...options.env,
    },
  });
  running.add(child);
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
    });
  }
  const exited = once(child, "exit").then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  const ready = /http:\/\/localhost:\d+/;
  const listens = options.command?.[0] !== "worker";
  const readyText = listens ? ready : /is ready/;
  await until(() => readyText.test(text) || child.exitCode !== null || child.signalCode !== null, {
    what: "the start of Pixmill",
    // A dozen may start at once, each with what it needs.
    withinMs: 120_000,
  }).catch((error: unknown) => {
    killGroup(child, "SIGKILL");
    throw error;
  });
  if (!readyText.test(text)) throw new Error(`Pixmill did not start:\n${text}`);
  const pid = child.pid ?? 0;
  return {
    url: ready.exec(text)?.[0] ?? "",
    storage,
    pid,
    output: () => text,
    log: () => text.split("\n").flatMap(parseLine),
    signal: (signal) => void process.kill(pid, signal),
    async killAll() {
      killGroup(child, "SIGKILL");
      await exited;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) process.kill(pid, "SIGTERM");
      return exited;
    },
    exited,
  };
}

/** Pids of the engine processes of a Pixmill: its children (Linux). */
export async function enginePids(pid: number): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir(`/proc/${pid}/task`)) {
    const children = await readFile(`/proc/${pid}/task/${name}/children`, "utf8").catch(() => "");
    found.push(...children.split(" ").filter(Boolean).map(Number));
  }
  return found;
}

function killGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  try {
    if (child.pid) process.kill(-child.pid, signal);
  } catch {
    // Already gone.
  }
}

function parseLine(line: string): Record<string, unknown>[] {
  if (!line.startsWith("{")) return [];
  try {
    return [JSON.parse(line) as Record<string, unknown>];
  } catch {
    return [];
  }
}
