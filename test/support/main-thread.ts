import type { CDPSession, Page } from "playwright-core";

/** One task of a page's main thread. Milliseconds, by the page's clock (`performance.now()`). */
export interface MainTask {
  readonly from: number;
  readonly to: number;
  /** Of the processor. The rest of the time the thread waited, mostly for other programs to make room. */
  readonly own: number;
}

/** Microseconds, as Chromium traces them. */
interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  readonly ts: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly data?: { readonly startTime?: number } };
}

const mark = "the clocks are compared";

/** Every task of the page's main thread while `work` goes on, by the browser's own trace: keep it to some seconds. */
export async function tasksDuring(page: Page, work: () => Promise<void>): Promise<MainTask[]> {
  const session: CDPSession = await page.context().newCDPSession(page);
  const events: TraceEvent[] = [];
  session.on("Tracing.dataCollected", ({ value }) => {
    for (const event of value as unknown as TraceEvent[]) {
      if (event.name.endsWith("RunTask") || event.name === mark) events.push(event);
    }
  });
  const includedCategories = ["toplevel", "blink.user_timing"];
  await session.send("Tracing.start", { traceConfig: { includedCategories, excludedCategories: ["*"] } });
  try {
    await page.evaluate(`performance.mark(${JSON.stringify(mark)})`);
    await work();
  } finally {
    // A browser has one trace: left open, it would fail the next measurement too.
    const complete = new Promise((resolve) => session.once("Tracing.tracingComplete", resolve));
    await session.send("Tracing.end");
    await complete;
    await session.detach();
  }
  return tasksOf(events);
}

function tasksOf(events: readonly TraceEvent[]): MainTask[] {
  const clock = events.find(({ name }) => name === mark);
  const startTime = clock?.args?.data?.startTime;
  if (!clock || startTime === undefined) throw new Error("The trace has no mark of the page's clock.");
  const at = (ts: number) => startTime + (ts - clock.ts) / 1000;
  return events
    .filter(({ name, pid, tid }) => name !== mark && pid === clock.pid && tid === clock.tid)
    .map(({ ts, dur = 0, tdur = 0 }) => ({ from: at(ts), to: at(ts + dur), own: tdur / 1000 }));
}
