import { type Pixmill, removeFolder, startPixmill, temporaryFolder } from "./pixmill.ts";
import { PostgresServer, requirePostgres } from "./postgres-server.ts";
import { RedisServer } from "./redis-server.ts";
import { requireProgram } from "./require-program.ts";

/** Whether this machine has what a distributed deployment needs; says so loudly when not. */
export function requireFleet(): boolean {
  const programs = [requireProgram("redis-server"), requirePostgres()];
  return programs.every(Boolean);
}

/** A distributed deployment of real processes: Redis, PostgreSQL, one API, and workers that come and go. */
export class Fleet {
  readonly redis: RedisServer;
  readonly postgres: PostgresServer;
  readonly storage: string;
  readonly workers = new Map<string, Pixmill>();
  readonly #env: Readonly<Record<string, string>>;
  readonly #apis: Pixmill[] = [];

  private constructor(
    redis: RedisServer,
    postgres: PostgresServer,
    storage: string,
    env: Record<string, string>,
  ) {
    this.redis = redis;
    this.postgres = postgres;
    this.storage = storage;
    this.#env = env;
  }

  static async start(
    options: { readonly workers?: number; readonly env?: Readonly<Record<string, string>> } = {},
  ): Promise<Fleet> {
    const [redis, postgres, storage] = await Promise.all([
      RedisServer.start(),
      PostgresServer.start(),
      temporaryFolder(),
    ]);
    const fleet = new Fleet(redis, postgres, storage, {
      REDIS_URL: redis.url,
      DATABASE_URL: (await postgres.createDatabase()).url,
      PIXMILL_CONCURRENCY: "1",
      ...options.env,
    });
    await fleet.startApi();
    for (let index = 1; index <= (options.workers ?? 1); index++) await fleet.startWorker(`worker-${index}`);
    return fleet;
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
    const api = await startPixmill({ storage: this.storage, command: ["api"], env: this.#env });
    this.#apis.push(api);
    return api;
  }

  async startWorker(name: string): Promise<Pixmill> {
    const env = { ...this.#env, PIXMILL_WORKER_NAME: name };
    const worker = await startPixmill({ storage: this.storage, command: ["worker"], env });
    this.workers.set(name, worker);
    return worker;
  }

  async stop(): Promise<void> {
    await Promise.all([...this.workers.values(), ...this.#apis].map((pixmill) => pixmill.killAll()));
    await this.redis.stop();
    await this.postgres.stop();
    await removeFolder(this.storage);
  }
}
