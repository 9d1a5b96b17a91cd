import { setTimeout as sleep } from "node:timers/promises";
import type { ErrorCode } from "../../src/errors.ts";
import { freeOpenFiles, limitOpenFiles } from "../support/open-files.ts";
import { enginePids, type Pixmill } from "../support/pixmill.ts";
import { until } from "../support/until.ts";
import type { Arena } from "./arena.ts";
import type { Supervised } from "./supervised.ts";

/** Things that go wrong, each healed when it resolves. The random mix draws from them, scenarios play them alone. */

export async function redisAway({ fleet }: Arena, seconds: number): Promise<void> {
  await fleet.redis.kill();
  await sleep(seconds * 1_000);
  await fleet.redis.restart();
}

export async function redisEmptied({ fleet }: Arena): Promise<void> {
  await fleet.redis.ask("FLUSHALL");
}

/** Nothing is answered and nothing is closed: new connections are as dead as the open ones. */
export async function blackHole({ fleet }: Arena, to: "redis" | "postgres", seconds: number): Promise<void> {
  fleet.lines[to].swallow();
  await sleep(seconds * 1_000);
  fleet.lines[to].heal();
}

/** Right after another cut nobody may have come back yet: what would cut nothing waits for them. */
export async function linesCut({ fleet }: Arena): Promise<void> {
  const lines = Object.values(fleet.lines);
  await Promise.all(lines.map((line) => until(() => line.cut() > 0, { what: "a connection to be cut" })));
}

export async function linesSlow({ fleet }: Arena, seconds: number): Promise<void> {
  for (const line of Object.values(fleet.lines)) line.delay(100);
  await sleep(seconds * 1_000);
  for (const line of Object.values(fleet.lines)) line.delay(0);
}

/** A replica of a server that is not there: it answers READONLY to every write, as an old primary does. */
export async function redisReadOnly({ fleet }: Arena, seconds: number): Promise<void> {
  await fleet.redis.ask("REPLICAOF", "127.0.0.1", "1");
  await sleep(seconds * 1_000);
  await fleet.redis.ask("REPLICAOF", "NO", "ONE");
}

export async function redisFull({ fleet }: Arena, seconds: number): Promise<void> {
  await fleet.redis.ask("CONFIG", "SET", "maxmemory", "1");
  await sleep(seconds * 1_000);
  await fleet.redis.ask("CONFIG", "SET", "maxmemory", "0");
}

export async function postgresAway({ fleet }: Arena, seconds: number): Promise<void> {
  await fleet.postgres.kill();
  await sleep(seconds * 1_000);
  await fleet.postgres.restart();
}

/** Holds for all transactions from the next one on; `run` stands for the time in which it does. */
export async function withSetting(
  { fleet }: Arena,
  setting: "default_transaction_read_only" | "default_transaction_isolation" | "synchronous_standby_names",
  value: string,
  run: () => Promise<unknown>,
): Promise<void> {
  await fleet.postgres.set(setting, value);
  try {
    await run();
  } finally {
    await fleet.postgres.set(setting);
  }
}

/** What was the primary takes no writes any more. */
export async function catalogReadOnly(arena: Arena, seconds: number): Promise<void> {
  await withSetting(arena, "default_transaction_read_only", "on", () => sleep(seconds * 1_000));
}

/** Every connection of every pool waits behind somebody who holds the table. */
export async function catalogLocked({ fleet }: Arena, seconds: number): Promise<void> {
  const blocker = await fleet.postgres.client(fleet.catalogUrl);
  await blocker.query("begin");
  await blocker.query("lock table images in access exclusive mode");
  await sleep(seconds * 1_000);
  await blocker.query("rollback");
  await blocker.end();
}

export async function processKilled(arena: Arena, process: Supervised): Promise<void> {
  arena.killed += 1;
  await process.kill();
}

/** SIGKILL of an engine process at work, as the kernel's OOM killer does. `false`: none is at work. */
export async function engineKilled(arena: Arena, worker: Supervised): Promise<boolean> {
  // A second strike would be the end of an image that has done nothing. One that waits may be in this worker's hands
  // a moment later.
  const struck = await arena.rows.images("status in ('queued', 'processing') and strikes > 0");
  const [pid] = worker.current ? await enginePids(worker.current.pid).catch(() => []) : [];
  if (pid === undefined || struck.length > 0) return false;
  arena.killed += 1;
  process.kill(pid, "SIGKILL");
  return true;
}

/** Stopped with everything in its hands, as by a snapshot of its machine. */
export async function processFrozen(process: Supervised, until: () => Promise<unknown>): Promise<void> {
  const life = await process.alive();
  life.signal("SIGSTOP");
  try {
    await until();
  } finally {
    life.signal("SIGCONT");
  }
}

export async function diskFull({ disk }: Arena, seconds: number): Promise<void> {
  await disk?.fill();
  await sleep(seconds * 1_000);
  await disk?.heal();
}

export async function diskReadOnly(arena: Arena, seconds: number): Promise<void> {
  // Nothing can be removed either: what work leaves there is the sweep's.
  arena.killed += 1;
  await arena.disk?.makeReadOnly();
  await sleep(seconds * 1_000);
  await arena.disk?.heal();
}

export async function noFilesLeft({ disk }: Arena, seconds: number): Promise<void> {
  await disk?.useUpFiles();
  await sleep(seconds * 1_000);
  await disk?.heal();
}

/** Two more files may be opened, and no third. */
export async function noDescriptors(
  processes: readonly Supervised[],
  until: () => Promise<unknown>,
): Promise<void> {
  const lives = await Promise.all(processes.map((process) => process.alive()));
  for (const { pid } of lives) await limitOpenFiles(pid, 2);
  await until();
  // One that has ended meanwhile needs it no more.
  for (const { pid } of lives) await freeOpenFiles(pid).catch(() => {});
}

/** SIGTERM, its end with 0 awaited, and its successor at work. */
export async function restartedInOrder(process: Supervised): Promise<void> {
  const code = await process.restart();
  if (code !== 0) throw new Error(`${process.name} ended with ${code} after SIGTERM`);
  await process.alive();
}

/** The worker that has an image in its hands now. */
export async function busyWorker(arena: Arena): Promise<Supervised> {
  let busy: Supervised | undefined;
  await until(
    async () => {
      const [row] = await arena.rows.images("status = 'processing'");
      busy = arena.workers.find(({ name }) => name === row?.worker);
      return busy !== undefined;
    },
    { what: "a worker at work" },
  );
  return busy as Supervised;
}

/** Counts how often workers give an image back for that reason from now on. */
export function countGivenBack({ workers }: Arena, code: ErrorCode): () => number {
  const known = new Map(workers.flatMap(({ lives }) => lives).map((life) => [life, life.output().length]));
  const ofLife = (life: Pixmill) =>
    life
      .output()
      .slice(known.get(life) ?? 0)
      .split("\n")
      .filter((line) => line.includes("image goes back to the queue") && line.includes(`"${code}"`)).length;
  return () => workers.flatMap(({ lives }) => lives).reduce((sum, life) => sum + ofLife(life), 0);
}
