/**
 * Breaks a real fleet at random for as long as you like, under load, and looks every five minutes whether anything
 * was lost.
 *
 *   npm run chaos -- --minutes 30              of a new seed, which is printed
 *   npm run chaos -- --minutes 30 --seed 7     the same faults in the same order
 */
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { diceOf, pick } from "../fuzz/damage.ts";
import { seededRandom } from "../pictures/index.ts";
import { Arena } from "./arena.ts";
import "./leave-nothing.ts";
import { type MixedFault, mayMeet, mixedFaults } from "./mixed-faults.ts";
import { poison } from "./poison.ts";
import type { WayIn } from "./ways-in.ts";

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

/** Between two looks at everything: a leak or a flood of one of them is not averaged away. Milliseconds. */
const stretchMs = 5 * 60_000;
/** How often, of so many times, two faults come at once. */
const oneIn = 4;
/** Good pictures to one that harms its engine process. */
const goodToOne = 37;
const ways: readonly WayIn[] = ["raw", "raw", "batch", "raw", "tus", "source", "raw"];

const dice = diceOf(seededRandom(seed));
const arena = await Arena.open({ long: true });
const good = Array.from({ length: goodToOne }, (_, index) => arena.pictures[index % arena.pictures.length]);
const pictures = (["SIGSEGV", "spin", "allocate"] as const).flatMap((harm) => [
  ...good.filter((picture) => picture !== undefined),
  poison(arena.ordinary, harm),
]);
const until = performance.now() + minutes * 60_000;
const played = new Map<string, number>();
let [accepted, exitCode] = [0, 0];
try {
  while (performance.now() < until) accepted += await stretch(Math.min(until, performance.now() + stretchMs));
  for (const [name, times] of played) console.log(`${String(times).padStart(5)}  ${name}`);
  const faults = [...played.values()].reduce((sum, times) => sum + times, 0);
  console.log(`seed ${seed}, ${minutes} minutes, nothing lost: ${accepted} images, ${faults} faults`);
} catch (error) {
  exitCode = 1;
  console.error(`WRONG, seed ${seed}: ${error instanceof Error ? error.message : error}`);
}
await arena.close();
process.exit(exitCode);

/** Breaks until then, heals, and looks. How many images were accepted. */
async function stretch(end: number): Promise<number> {
  const load = arena.load({
    pictures,
    ways,
    parallel: 2,
    pauseMs: 150,
    mayBeUnanswered: true,
  });
  while (performance.now() < end) {
    const drawn = pick(dice, mixedFaults);
    const other = pick(dice, mixedFaults);
    const isDouble = dice.below(oneIn) === 0 && mayMeet(drawn, other);
    const struck: MixedFault[] = isDouble ? [drawn, other] : [drawn];
    const names = struck.map(({ name }) => name);
    console.log(`${now()} ${load.accepted.size} accepted: ${names.join(", and ")}`);
    await Promise.all(struck.map((fault) => fault.strike(arena, dice)));
    for (const name of names) played.set(name, (played.get(name) ?? 0) + 1);
    await sleep(dice.below(5_000));
  }
  await load.finish();
  console.log(`${now()} ${await arena.settled(load)}`);
  return load.accepted.size;
}

function now(): string {
  return new Date().toISOString().slice(11, 19);
}
