import type { ChildProcess } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { closeSync, openSync } from "node:fs";
import { devNull } from "node:os";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { Tinypool } from "tinypool";
import { PixmillError } from "../errors.ts";
import { childEnvironment } from "./child-environment.ts";
import { type EngineReply, type EngineTask, startedMessage } from "./messages.ts";

/** Node runs this file as `.ts` in a checkout and as `.js` in the package: the child's file is its sibling. */
export const childEntry = new URL(`./child/main${extname(fileURLToPath(import.meta.url))}`, import.meta.url);

/** How long a kill may take to show: a process in an uninterruptible read is not waited for. */
const killGraceMs = 1_000;
const stderrTail = 2_048;
/** Files that this process must be able to open to start another: both ends of four pipes, and two of libuv's own. */
const startFiles = 12;

/** Megabytes of JavaScript in a child; pixels lie outside its heap. */
const heapLimit = "--max-old-space-size=256";

/** A child that ended, with what the system says about it. */
export class ChildLost extends Error {
  override readonly name = "ChildLost";
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** `timeout`: it was ended from here, because it did not begin. */
  readonly reason: "memory" | "timeout" | "crash";

  constructor(exitCode: number | null, signal: string | null, stderr: string, wasKilled: boolean) {
    super(`an engine process ended (${signal ?? exitCode ?? "no answer"})`);
    this.exitCode = exitCode;
    this.signal = signal;
    // Nobody but the kernel's OOM killer sends SIGKILL unasked; V8 and GLib say it before they abort.
    const isFull =
      (signal === "SIGKILL" && !wasKilled) || /out of memory|failed to allocate|bad_alloc/i.test(stderr);
    this.reason = isFull ? "memory" : wasKilled ? "timeout" : "crash";
  }
}

/**
 * One child: a Tinypool of one that is thrown away with its process.
 *
 * What Tinypool does not do is done here. Its abort sends SIGTERM, which children ignore, and SIGKILL a second
 * later; it starts a new child by itself, or leaves a waiting task unanswered for ever when a child dies while it
 * loads; and it pipes what a child prints into our own output. So the process is watched and killed directly.
 */
export class EngineProcess {
  readonly pid: number | undefined;
  /** Resolves when the process is gone, whatever the reason. */
  readonly lost: Promise<ChildLost>;
  readonly #pool: Tinypool;
  readonly #process: ChildProcess;
  readonly #resolveLost: (reason: ChildLost) => void;
  #first: Promise<EngineReply> | undefined;
  /** The task that the child works on. */
  #current: { readonly onStarted: () => void; readonly reject: (reason: ChildLost) => void } | undefined;
  #alive = true;
  #wasKilled = false;
  #grace: NodeJS.Timeout | undefined;
  #stderr = "";

  /** Starts the process with its first task: Tinypool starts no process without one. */
  constructor(entry: URL, firstTask: EngineTask, codeCache?: string) {
    this.#pool = new Tinypool({
      filename: entry.href,
      runtime: "child_process",
      minThreads: 0,
      maxThreads: 1,
      idleTimeout: 2 ** 31 - 1,
      env: childEnvironment(process.env, codeCache),
      argv: [String(process.pid)],
      execArgv: [heapLimit],
    });
    // Unheard, the death of an idle child would end this process.
    this.#pool.on("error", () => {});
    this.#first = startHeard(() => this.#pool.run(firstTask));
    this.#first.catch(() => {});
    this.#process = processOf(this.#pool);
    this.pid = this.#process.pid;
    const { promise, resolve } = Promise.withResolvers<ChildLost>();
    this.lost = promise;
    this.#resolveLost = resolve;
    this.#watch();
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Runs the first task, or the next; `onStarted` is called when the child begins. Rejects with `ChildLost`. */
  async run(task: EngineTask, onStarted: () => void): Promise<EngineReply> {
    const { promise, resolve, reject } = Promise.withResolvers<EngineReply>();
    this.#current = { onStarted, reject };
    const reply: Promise<EngineReply> = this.#first ?? this.#pool.run(task);
    this.#first = undefined;
    // Tinypool's own words for a lost child carry no reason: `lost` follows and has it.
    reply.then(resolve, () => this.#end());
    try {
      return await promise;
    } finally {
      this.#current = undefined;
    }
  }

  /** SIGKILL: a native loop hears nothing else, and an idle child has nothing to finish. */
  kill(): void {
    if (this.#alive) this.#wasKilled = true;
    this.#end();
  }

  #end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#process.kill("SIGKILL");
    // Holds the event loop until the end is known: Tinypool unreferences its processes.
    this.#grace = setTimeout(() => this.#lose(), killGraceMs);
  }

  #watch(): void {
    const child = this.#process;
    child.on("message", (message) => {
      if (message === startedMessage) this.#current?.onStarted();
    });
    child.on("error", () => {
      // Also Tinypool's own event for an unexpected exit; a process that is still there cannot be talked to.
      this.#end();
      if (child.pid === undefined) this.#lose();
    });
    child.once("exit", () => {
      this.#alive = false;
    });
    child.once("close", () => this.#lose());
    child.stdout?.unpipe(process.stdout);
    child.stdout?.resume();
    child.stderr?.unpipe(process.stderr);
    child.stderr?.on("data", (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString("latin1")).slice(-stderrTail);
    });
  }

  #lose(): void {
    clearTimeout(this.#grace);
    const { exitCode, signalCode } = this.#process;
    const reason = new ChildLost(exitCode, signalCode, this.#stderr, this.#wasKilled);
    this.#current?.reject(reason);
    this.#resolveLost(reason);
  }
}

/**
 * Where no more processes may be started, Tinypool fails at the one that Node made for it and lets go of it, and what
 * Node says of it a moment later would be nobody's error and end this process. Both of them keep for ever what they
 * had made of it by then: where no more files may be opened, the commonest reason, they are not asked. Throws
 * `overloaded`: it is no fault of the picture.
 */
function startHeard<T>(start: () => T): T {
  const hear = (message: unknown) => {
    (message as { process: ChildProcess }).process.on("error", () => {});
  };
  subscribe("child_process", hear);
  try {
    tryOpening(startFiles);
    return start();
  } catch (cause) {
    throw new PixmillError("overloaded", { detail: "No engine process can be started just now.", cause });
  } finally {
    unsubscribe("child_process", hear);
  }
}

function tryOpening(count: number): void {
  const files: number[] = [];
  try {
    while (files.length < count) files.push(openSync(devNull, "r"));
  } finally {
    for (const file of files) closeSync(file);
  }
}

/** Tinypool's type hides the process that its worker is. */
function processOf(pool: Tinypool): ChildProcess {
  const [worker] = pool.threads;
  if (!worker || !("process" in worker)) throw new Error("Tinypool started no process");
  return worker.process as ChildProcess;
}
