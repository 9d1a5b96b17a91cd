import type { Page } from "playwright-core";

/** How a page answered while something went on. Milliseconds; megabytes of the script's heap. */
export interface Responsiveness {
  /** Inputs that were made, and from each to the frame that shows its effect: the middle, the 95th of 100, the worst. */
  readonly inputs: number;
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly worstMs: number;
  /** The longest time that the page's script kept everything else waiting. */
  readonly longestTaskMs: number;
  readonly heapBeforeMb: number;
  readonly heapMostMb: number;
}

/** As the browser itself counts: Event Timing (rounded to 8 ms), Long Tasks (from 50 ms on). */
const observe = `
  globalThis.seen = { events: [], tasks: [] };
  new PerformanceObserver((list) => {
    for (const { name, duration } of list.getEntries()) if (name === "keydown") seen.events.push(duration);
  }).observe({ type: "event", durationThreshold: 16 });
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) seen.tasks.push(duration);
  }).observe({ type: "longtask" });
`;

/** Types on and on into the address field until `over` resolves, and tells how the page kept up. */
export async function typeUntil(page: Page, over: () => Promise<boolean>): Promise<Responsiveness> {
  await page.evaluate(observe);
  const heapBefore = await heapMb(page);
  let heapMost = heapBefore;
  let inputs = 0;
  const field = page.getByLabel("Or an address");
  await field.focus();
  while (!(await over())) {
    for (const key of ["x", "Backspace"]) {
      await page.keyboard.press(key);
      await page.waitForTimeout(40);
      inputs += 1;
    }
    heapMost = Math.max(heapMost, await heapMb(page));
  }
  const seen = await page.evaluate<{ events: number[]; tasks: number[] }>("seen");
  // Those that took less than is reported took nothing to speak of.
  const unreported = Array.from({ length: Math.max(inputs - seen.events.length, 0) }, () => 8);
  const durations = [...seen.events, ...unreported].sort((a, b) => a - b);
  const at = (share: number) => durations[Math.floor((durations.length - 1) * share)] ?? 0;
  return {
    inputs,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    worstMs: at(1),
    longestTaskMs: Math.max(0, ...seen.tasks),
    heapBeforeMb: heapBefore,
    heapMostMb: heapMost,
  };
}

async function heapMb(page: Page): Promise<number> {
  return (await page.evaluate<number>("performance.memory.usedJSHeapSize")) / 1024 ** 2;
}
