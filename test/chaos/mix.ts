/**
 * Breaks a real fleet at random for as long as you like, under load, and then looks whether anything was lost.
 *
 *   npm run chaos -- --minutes 30              of a new seed, which is printed
 *   npm run chaos -- --minutes 30 --seed 7     the same faults in the same order
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { type Dice, diceOf, pick } from "../fuzz/damage.ts";
import { seededRandom } from "../pictures/index.ts";
import { Arena } from "./arena.ts";
import * as faults from "./faults.ts";
import "./leave-nothing.ts";

const { values: flags } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 1_000_000)) },
    help: { type: "boolean" },
  },
});
if (flags.help) {
  console.log("Usage: npm run chaos -- [--minutes N] [--seed N]");
  process.exit(0);
}
const [minutes, seed] = [Number(flags.minutes), Number(flags.seed)];
if (!(minutes > 0) || !Number.isSafeInteger(seed) || seed < 0) {
  console.error("--minutes takes a number above 0, --seed a whole number from 0.");
  process.exit(2);
}
console.log(`seed ${seed}, ${minutes} minutes`);

type Mixed = readonly [name: string, strike: (arena: Arena, dice: Dice) => Promise<unknown>];

const seconds = (dice: Dice, most: number) => 1 + dice.below(most);
const anyWorker = ({ workers }: Arena, dice: Dice) =>
  workers[dice.below(workers.length)] as (typeof workers)[0];
const anyProcess = ({ processes }: Arena, dice: Dice) =>
  processes[dice.below(processes.length)] as (typeof processes)[0];

const mixed: readonly [Mixed, ...Mixed[]] = [
  ["a worker is killed", (arena, dice) => faults.processKilled(arena, anyWorker(arena, dice))],
  ["a worker is killed", (arena, dice) => faults.processKilled(arena, anyWorker(arena, dice))],
  ["an engine process is killed", (arena, dice) => faults.engineKilled(arena, anyWorker(arena, dice))],
  ["the API is killed", (arena) => faults.processKilled(arena, arena.api)],
  [
    "a worker is frozen",
    (arena, dice) => faults.processFrozen(anyWorker(arena, dice), () => sleep(seconds(dice, 25) * 1_000)),
  ],
  ["a process is restarted in order", (arena, dice) => faults.restartedInOrder(anyProcess(arena, dice))],
  ["Redis is killed and comes back empty", (arena, dice) => faults.redisAway(arena, dice.below(10))],
  ["Redis is emptied", (arena) => faults.redisEmptied(arena)],
  ["Redis is a black hole", (arena, dice) => faults.blackHole(arena, "redis", seconds(dice, 20))],
  ["Redis takes no writes", (arena, dice) => faults.redisReadOnly(arena, seconds(dice, 10))],
  ["Redis is full", (arena, dice) => faults.redisFull(arena, seconds(dice, 10))],
  ["PostgreSQL is killed", (arena, dice) => faults.postgresAway(arena, dice.below(10))],
  ["PostgreSQL is a black hole", (arena, dice) => faults.blackHole(arena, "postgres", seconds(dice, 15))],
  ["the catalog is locked", (arena, dice) => faults.catalogLocked(arena, seconds(dice, 8))],
  ["all connections are cut", (arena) => faults.linesCut(arena)],
  ["all packets are late", (arena, dice) => faults.linesSlow(arena, seconds(dice, 8))],
  ["the disk is full", (arena, dice) => faults.diskFull(arena, seconds(dice, 8))],
  ["the disk takes no more files", (arena, dice) => faults.noFilesLeft(arena, seconds(dice, 8))],
];

const dice = diceOf(seededRandom(seed));
const arena = await Arena.open({ long: true });
const load = arena.load({ parallel: 2, pauseMs: 150 });
const until = performance.now() + minutes * 60_000;
const played = new Map<string, number>();
let exitCode = 0;
try {
  while (performance.now() < until) {
    const [name, strike] = pick(dice, mixed);
    console.log(`${new Date().toISOString().slice(11, 19)} ${load.accepted.size} accepted: ${name}`);
    await strike(arena, dice);
    played.set(name, (played.get(name) ?? 0) + 1);
    await sleep(dice.below(5_000));
  }
  await load.finish();
  const figure = await arena.settled(load);
  for (const [name, times] of played) console.log(`${String(times).padStart(5)}  ${name}`);
  console.log(`seed ${seed}, ${minutes} minutes, nothing lost: ${figure}`);
} catch (error) {
  exitCode = 1;
  console.error(`WRONG, seed ${seed}: ${error instanceof Error ? error.message : error}`);
}
await arena.close();
process.exit(exitCode);
