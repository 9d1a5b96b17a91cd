import { setTimeout as sleep } from "node:timers/promises";
import type { Dice } from "../fuzz/damage.ts";
import type { Arena } from "./arena.ts";
import * as faults from "./faults.ts";
import type { Supervised } from "./supervised.ts";

/** What the random mix draws from. */
export interface MixedFault {
  readonly name: string;
  /** What it breaks: two of the same would heal each other. `all`: never beside another. */
  readonly part: "process" | "redis" | "redis line" | "postgres" | "postgres line" | "disk" | "all";
  /** Draws what it needs before it waits for anything, so that a seed is the same faults in the same order. */
  strike(arena: Arena, dice: Dice): Promise<unknown>;
}

const seconds = (dice: Dice, most: number) => 1 + dice.below(most);
const anyWorker = ({ workers }: Arena, dice: Dice) => workers[dice.below(workers.length)] as Supervised;
const anyProcess = ({ processes }: Arena, dice: Dice) =>
  processes[dice.below(processes.length)] as Supervised;

async function frozen(process: Supervised, forSeconds: number): Promise<void> {
  await faults.processFrozen(process, () => sleep(forSeconds * 1_000));
}

async function outOfDescriptors(process: Supervised, forSeconds: number): Promise<void> {
  await faults.noDescriptors([process], () => sleep(forSeconds * 1_000));
}

const workerKilled: MixedFault = {
  name: "a worker is killed",
  part: "process",
  strike: (arena, dice) => faults.processKilled(arena, anyWorker(arena, dice)),
};

export const mixedFaults: readonly [MixedFault, ...MixedFault[]] = [
  // Twice as often as the others.
  workerKilled,
  workerKilled,
  {
    name: "an engine process is killed",
    part: "process",
    strike: (arena, dice) => faults.engineKilled(arena, anyWorker(arena, dice)),
  },
  {
    name: "the API is killed",
    part: "process",
    strike: (arena) => faults.processKilled(arena, arena.api),
  },
  {
    name: "a worker is frozen",
    part: "process",
    strike: (arena, dice) => frozen(anyWorker(arena, dice), seconds(dice, 25)),
  },
  {
    name: "the API is frozen",
    part: "process",
    strike: (arena, dice) => frozen(arena.api, seconds(dice, 15)),
  },
  {
    name: "a process may open no more files",
    part: "process",
    strike: (arena, dice) => outOfDescriptors(anyProcess(arena, dice), seconds(dice, 8)),
  },
  {
    name: "a process is restarted in order",
    part: "all",
    strike: (arena, dice) => faults.restartedInOrder(anyProcess(arena, dice)),
  },
  {
    name: "Redis is killed and comes back empty",
    part: "redis",
    strike: (arena, dice) => faults.redisAway(arena, dice.below(10)),
  },
  { name: "Redis is emptied", part: "redis", strike: (arena) => faults.redisEmptied(arena) },
  {
    name: "Redis is a black hole",
    part: "redis line",
    strike: (arena, dice) => faults.blackHole(arena, "redis", seconds(dice, 20)),
  },
  {
    name: "Redis takes no writes",
    part: "redis",
    strike: (arena, dice) => faults.redisReadOnly(arena, seconds(dice, 10)),
  },
  {
    name: "Redis is full",
    part: "redis",
    strike: (arena, dice) => faults.redisFull(arena, seconds(dice, 10)),
  },
  {
    name: "PostgreSQL is killed",
    part: "postgres",
    strike: (arena, dice) => faults.postgresAway(arena, dice.below(10)),
  },
  {
    name: "PostgreSQL is a black hole",
    part: "postgres line",
    strike: (arena, dice) => faults.blackHole(arena, "postgres", seconds(dice, 15)),
  },
  {
    name: "PostgreSQL takes no writes",
    part: "postgres",
    strike: (arena, dice) => faults.catalogReadOnly(arena, seconds(dice, 8)),
  },
  {
    name: "the catalog is locked",
    part: "postgres",
    strike: (arena, dice) => faults.catalogLocked(arena, seconds(dice, 8)),
  },
  { name: "all connections are cut", part: "postgres line", strike: (arena) => faults.linesCut(arena) },
  {
    name: "all packets are late",
    part: "redis line",
    strike: (arena, dice) => faults.linesSlow(arena, seconds(dice, 8)),
  },
  {
    name: "the disk is full",
    part: "disk",
    strike: (arena, dice) => faults.diskFull(arena, seconds(dice, 8)),
  },
  {
    name: "the disk takes no more files",
    part: "disk",
    strike: (arena, dice) => faults.noFilesLeft(arena, seconds(dice, 8)),
  },
  {
    name: "the disk is read-only",
    part: "disk",
    strike: (arena, dice) => faults.diskReadOnly(arena, seconds(dice, 8)),
  },
];

/** Whether the two can be at once. */
export function mayMeet(one: MixedFault, other: MixedFault): boolean {
  return one.part !== other.part && one.part !== "all" && other.part !== "all";
}
