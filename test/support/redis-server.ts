import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Redis } from "ioredis";
import { freePort } from "./free-port.ts";
import { until } from "./until.ts";

/** Whatever a test forgets or a crash leaves: no server outlives the test process. */
const running = new Set<ChildProcess>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

/** A redis-server of the test's own on 127.0.0.1, with its own folder. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Settings are redis.conf's, as `{ appendonly: "yes", maxmemory: "20mb" }`. Without them nothing is on disk. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<RedisServer> {
    const folder = await mkdtemp(join(tmpdir(), "pixmill-redis-"));
    const all = { save: "", appendonly: "no", ...settings };
    const flags = Object.entries(all).flatMap(([name, value]) => [`--${name}`, value]);
    const server = new RedisServer(await freePort(), folder, flags);
    await server.#launch();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** A plain connection to look with; the caller disconnects it. */
  client(): Redis {
    const client = new Redis(this.url);
    client.on("error", () => {});
    return client;
  }

  /** What an operator does with redis-cli. */
  async ask(command: string, ...args: string[]): Promise<unknown> {
    const client = this.client();
    try {
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  /** SIGKILL, and the end awaited. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const ended = once(child, "exit");
    child.kill("SIGKILL");
    await ended;
    running.delete(child);
  }

  /** On the same port and folder: what was on disk is there again. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  /** SIGSTOP: connections stay open and nothing answers. */
  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #launch(): Promise<void> {
    const own = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.#folder];
    const child = spawn("redis-server", [...own, ...this.#settings], { stdio: "ignore" });
    running.add(child);
    this.#child = child;
    const client = this.client();
    try {
      await until(() => client.status === "ready" || child.exitCode !== null, { what: "redis-server" });
      if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    } finally {
      client.disconnect();
    }
  }
}
