import type { Page } from "playwright-core";
import { type MainTask, tasksDuring } from "./main-thread.ts";

/** Of many times the middle, the 95th of 100 and the longest, in milliseconds. */
export interface Spread {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
}

/** How a page answered while something went on. */
export interface Responsiveness {
  /** Keys that were pressed. */
  readonly keys: number;
  /** From each key to the frame that shows its effect, by the clock. */
  readonly waited: Spread;
  /**
   * What of that the page's main thread itself worked: on a machine that is shared, the rest is mostly the wait for
   * the processor, which says nothing about the page.
   */
  readonly own: Spread;
  /** The most that one task of the main thread worked: no key can be kept waiting longer by the page alone. */
  readonly longestTaskMs: number;
  /** Megabytes of the script's heap. */
  readonly heapBeforeMb: number;
  readonly heapMostMb: number;
}

interface Key {
  readonly at: number;
  readonly waited: number;
}

/** Milliseconds; the browser's trace is read between such stretches, while nothing is pressed. */
const stretchMs = 10_000;
const betweenKeysMs = 40;
/** Event Timing reports from here on, rounded to 8 ms: what took less took nothing to speak of. */
const leastReportedMs = 16;

const observe = `
  globalThis.keys = [];
  new PerformanceObserver((list) => {
    for (const { name, startTime, duration } of list.getEntries()) {
      if (name === "keydown") keys.push({ at: startTime, waited: duration });
    }
  }).observe({ type: "event", durationThreshold: ${leastReportedMs} });
`;

/** Begins what is looked at, types on and on into the address field until it is over, and tells how the page kept up. */
export async function typeDuring(
  page: Page,
  { begin, isOver }: { readonly begin: () => Promise<void>; readonly isOver: () => Promise<boolean> },
): Promise<Responsiveness> {
  await page.evaluate(observe);
  const heapBeforeMb = await heapMb(page);
  let heapMostMb = heapBeforeMb;
  let keys = 0;
  let longestTaskMs = 0;
  const waited: number[] = [];
  const own: number[] = [];
  for (let [stretch, over] = [0, false]; !over; stretch += 1) {
    const tasks = await tasksDuring(page, async () => {
      if (stretch === 0) await begin();
      await page.getByLabel("Or an address").focus();
      const end = performance.now() + stretchMs;
      while (performance.now() < end && !over) {
        for (const key of ["x", "Backspace"]) {
          await page.keyboard.press(key);
          await page.waitForTimeout(betweenKeysMs);
          keys += 1;
        }
        heapMostMb = Math.max(heapMostMb, await heapMb(page));
        over = await isOver();
      }
    });
    longestTaskMs = tasks.reduce((most, task) => Math.max(most, task.own), longestTaskMs);
    for (const key of await page.evaluate<Key[]>("keys.splice(0)")) {
      waited.push(key.waited);
      own.push(workDuring(tasks, key));
    }
  }
  return {
    keys,
    waited: spread(waited, keys),
    own: spread(own, keys),
    longestTaskMs,
    heapBeforeMb,
    heapMostMb,
  };
}

/** What the main thread worked from a key to its frame. A task that is only partly of that time counts whole. */
function workDuring(tasks: readonly MainTask[], { at, waited }: Key): number {
  return tasks
    .filter(({ from, to }) => to > at && from < at + waited)
    .reduce((sum, task) => sum + task.own, 0);
}

function spread(reported: readonly number[], keys: number): Spread {
  const rest = Array.from({ length: Math.max(keys - reported.length, 0) }, () => leastReportedMs / 2);
  const times = [...reported, ...rest].sort((a, b) => a - b);
  const at = (share: number) => times[Math.floor((times.length - 1) * share)] ?? 0;
  return { medianMs: at(0.5), p95Ms: at(0.95), worstMs: at(1) };
}

async function heapMb(page: Page): Promise<number> {
  return (await page.evaluate<number>("performance.memory.usedJSHeapSize")) / 1024 ** 2;
}
