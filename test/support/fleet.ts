import { join } from "node:path";
import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "./pixmill.ts";
import { PostgresServer, requirePostgres } from "./postgres-server.ts";
import { RedisServer } from "./redis-server.ts";
import { requireProgram } from "./require-program.ts";
import { TcpProxy } from "./tcp-proxy.ts";

/** Whether this machine has what a distributed deployment needs; says so loudly when not. */
export function requireFleet(): boolean {
  const programs = [requireProgram("redis-server"), requirePostgres()];
  return programs.every(Boolean);
}

export interface FleetOptions {
  /** Of the names worker-1, worker-2 …; one when not given. */
  readonly workers?: number;
  readonly env?: Readonly<Record<string, string>>;
  /** A folder that is there already; it is left when the fleet stops. */
  readonly storage?: string;
  /** Originals and results lie in S3 then, and each process has a work folder of its own in `storage`. */
  readonly s3?: { readonly address: string; readonly env: Readonly<Record<string, string>> };
  /** Whether the servers are reached over `lines`. */
  readonly lines?: boolean;
  /** What runs the processes, as in `StartOptions`. */
  readonly under?: readonly string[];
}

/** The lines between the processes and their servers, which can be made bad. */
interface Lines {
  readonly redis: TcpProxy;
  readonly postgres: TcpProxy;
}

/** A distributed deployment of real processes: Redis, PostgreSQL, one API, and workers that come and go. */
export class Fleet {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly storage: string;
  /** The catalog, past its line: to look with. */
  readonly catalogUrl: string;
  readonly workers = new Map<string, Pixmill>();
  readonly #env: Readonly<Record<string, string>>;
  readonly #under: readonly string[];
  readonly #s3: FleetOptions["s3"];
  readonly #apis: Pixmill[] = [];
  readonly #lines: Lines | undefined;
  readonly #removeStorage: boolean;

  private constructor(
    servers: Pick<Fleet, "redis" | "postgres" | "storage" | "catalogUrl">,
    lines: Lines | undefined,
    options: FleetOptions,
  ) {
    this.redis = servers.redis;
    this.postgres = servers.postgres;
    this.storage = servers.storage;
    this.catalogUrl = servers.catalogUrl;
    this.#under = options.under ?? [];
    this.#s3 = options.s3;
    this.#removeStorage = options.storage === undefined;
    this.#lines = lines;
    const catalog = new URL(this.catalogUrl);
    if (lines) catalog.port = String(lines.postgres.port);
    this.#env = {
      REDIS_URL: lines?.redis.url ?? this.redis.url,
      DATABASE_URL: catalog.href,
      PIXMILL_CONCURRENCY: "1",
      PIXMILL_METRICS_PORT: "0",
      ...options.env,
    };
  }

  static async start(options: FleetOptions = {}): Promise<Fleet> {
    const fleet = await Fleet.servers(options);
    await fleet.startApi();
    for (let index = 1; index <= (options.workers ?? 1); index++) await fleet.startWorker(`worker-${index}`);
    return fleet;
  }

  /** All but the processes of Pixmill: `launch` starts them. */
  static async servers(options: FleetOptions = {}): Promise<Fleet> {
    const [redis, postgres, storage] = await Promise.all([
      RedisServer.start(),
      PostgresServer.start(),
      options.storage ?? temporaryFolder(),
    ]);
    const lines = options.lines
      ? { redis: await TcpProxy.to(redis.port), postgres: await TcpProxy.to(postgres.port) }
      : undefined;
    const catalogUrl = (await postgres.createDatabase()).url;
    return new Fleet({ redis, postgres, storage, catalogUrl }, lines, options);
  }

  get lines(): Lines {
    if (!this.#lines) throw new Error("This fleet was started without lines.");
    return this.#lines;
  }

  get api(): Pixmill {
    const [api] = this.#apis;
    if (!api) throw new Error("The fleet has not started.");
    return api;
  }

  get url(): string {
    return this.api.url;
  }

  /** One more on the same folder. */
  async startApi(): Promise<Pixmill> {
    const api = await this.launch("api");
    this.#apis.push(api);
    return api;
  }

  async startWorker(name: string): Promise<Pixmill> {
    const worker = await this.launch("worker", { PIXMILL_WORKER_NAME: name });
    this.workers.set(name, worker);
    return worker;
  }

  /** A process on these servers that is the caller's to end. */
  launch(command: "api" | "worker", env: Readonly<Record<string, string>> = {}): Promise<Pixmill> {
    const { storage } = this;
    const inS3 = this.#s3 && {
      ...this.#s3.env,
      PIXMILL_STORAGE: this.#s3.address,
      PIXMILL_WORK_FOLDER: join(storage, env.PIXMILL_WORKER_NAME ?? command),
    };
    const all = { ...this.#env, ...inS3, ...env };
    return startPixmill({ storage, command: [command], env: all, under: this.#under });
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers.values(), ...this.#apis].map((pixmill) => pixmill.killAll()));
    await Promise.all([this.#lines?.redis.close(), this.#lines?.postgres.close()]);
    await this.redis.stop();
    await this.postgres.stop();
    if (this.#removeStorage) await removeFolder(this.storage);
  }
}
