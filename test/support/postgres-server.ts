import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, readFileSync, rmSync } from "node:fs";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { freePort } from "./free-port.ts";
import { findProgram, requireProgram } from "./require-program.ts";
import { until } from "./until.ts";

/** Debian keeps the programs of each version out of the PATH; the newest comes first. */
const folders = globSync("/usr/lib/postgresql/*/bin").toSorted((a, b) => versionOf(b) - versionOf(a));

function versionOf(folder: string): number {
  return Number(/\d+/.exec(folder)?.[0]);
}

/** As in `describe.runIf(requirePostgres())`. */
export function requirePostgres(): boolean {
  return requireProgram("postgres", folders) && requireProgram("initdb", folders);
}

/**
 * PostgreSQL refuses to run as root, which containers do. As root, `setpriv` also asks the kernel to end the server
 * with its parent, even if that one gets SIGKILL.
 */
const isRoot = process.getuid?.() === 0;
const asPostgres = [
  "setpriv",
  "--reuid=postgres",
  "--regid=postgres",
  "--init-groups",
  "--pdeathsig=KILL",
  "--",
];

function command(program: string, flags: readonly string[]): [string, string[]] {
  const [first = program, ...rest] = [
    ...(isRoot ? asPostgres : []),
    findProgram(program, folders) ?? program,
  ];
  return [first, [...rest, ...flags]];
}

/** Whatever a test forgets or a crash leaves: no server outlives the test process. */
const running = new Set<ChildProcess>();
const made = new Set<string>();
process.once("exit", () => {
  for (const child of running) child.kill("SIGKILL");
  for (const folder of made) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

/** A PostgreSQL of the test's own on 127.0.0.1, with its own folder, as durable as one in production. */
export class PostgresServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  #child: ChildProcess | undefined;
  #databases = 0;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
  }

  /** Settings are postgresql.conf's, as `{ max_connections: "20" }`. */
  static async start(settings: Readonly<Record<string, string>> = {}): Promise<PostgresServer> {
    const folder = await mkdtemp(join(tmpdir(), "pixmill-postgres-"));
    made.add(folder);
    if (isRoot) await promisify(execFile)("chown", ["postgres:postgres", folder]);
    const data = join(folder, "data");
    // A locale whose order is not that of the bytes: what relies on bytes must say so itself.
    const locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=icu", "--icu-locale=en-US"];
    const initdb = command("initdb", ["-D", data, "-U", "pixmill", "--auth=trust", ...locale]);
    await promisify(execFile)(...initdb, { cwd: folder });
    const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
    const server = new PostgresServer(await freePort(), folder, flags);
    await server.#launch();
    return server;
  }

  url(database = "postgres"): string {
    return `postgres://pixmill@127.0.0.1:${this.port}/${database}`;
  }

  /** An empty database; its address, and how to be rid of it while others still hold connections. */
  async createDatabase(): Promise<{ readonly url: string; readonly drop: () => Promise<void> }> {
    const name = `test_${this.#databases++}`;
    await this.run(`create database ${name}`);
    return { url: this.url(name), drop: () => this.run(`drop database ${name} with (force)`) };
  }

  /** Statements on a connection of their own. */
  async run(text: string, url?: string): Promise<void> {
    const client = await this.client(url);
    try {
      await client.query(text);
    } finally {
      await client.end();
    }
  }

  /**
   * Sets a setting for all connections, or with `undefined` back; it is in force a moment later. Neither waits for a
   * standby, nor is refused where transactions are read only.
   */
  async set(setting: string, value?: string): Promise<void> {
    const url = new URL(this.url());
    url.searchParams.set("options", "-c default_transaction_read_only=off");
    const change = value === undefined ? `reset ${setting}` : `set ${setting} = '${value}'`;
    await this.run(`alter system ${change}`, url.href);
    await this.run("select pg_reload_conf()", url.href);
  }

  /** A plain connection to look with; the caller ends it. */
  async client(url = this.url()): Promise<Client> {
    const client = new Client({ connectionString: url });
    client.on("error", () => {});
    await client.connect();
    return client;
  }

  /** SIGKILL, and the end awaited: what was committed must be there after `restart`. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#child = undefined;
    const backends = await childrenOf(child);
    await end(child, "SIGKILL");
    // They notice that their parent is gone, but until then they still commit, and no new server may start.
    await until(() => backends.every(isGone), { what: "the end of PostgreSQL's backends" });
  }

  /** On the same port and folder: a crash and its recovery. */
  async restart(): Promise<void> {
    await this.kill();
    await this.#launch();
  }

  async stop(): Promise<void> {
    // An immediate shutdown rather than SIGKILL, which would leave a segment of shared memory behind.
    if (this.#child) await end(this.#child, "SIGQUIT");
    this.#child = undefined;
    await rm(this.#folder, { recursive: true, force: true });
    made.delete(this.#folder);
  }

  async #launch(): Promise<void> {
    const own = [
      "-D",
      join(this.#folder, "data"),
      "-p",
      String(this.port),
      "-c",
      "listen_addresses=127.0.0.1",
    ];
    const flags = [...own, "-c", "unix_socket_directories=", ...this.#settings];
    const child = spawn(...command("postgres", flags), { cwd: this.#folder, stdio: "ignore" });
    running.add(child);
    child.once("exit", () => running.delete(child));
    this.#child = child;
    const isReady = async () => {
      if (child.exitCode !== null) throw new Error(`PostgreSQL ended with ${child.exitCode}`);
      return await this.run("select 1").then(
        () => true,
        () => false,
      );
    };
    await until(isReady, { what: "PostgreSQL", withinMs: 60_000 });
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  await ended;
}

async function childrenOf({ pid }: ChildProcess): Promise<number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, "utf8");
  return children.split(" ").filter(Boolean).map(Number);
}

/** A process that nobody has waited for yet has no command line any more. */
function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") === "";
  } catch {
    return true;
  }
}
