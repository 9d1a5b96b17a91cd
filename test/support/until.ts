import { setTimeout as sleep } from "node:timers/promises";

/** Looks every 10 ms until it is so. A test that waits for something says what for, not for how long. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  options: { readonly withinMs?: number; readonly what?: string } = {},
): Promise<void> {
  const { withinMs = 30_000, what = "the condition" } = options;
  const deadline = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`${what} did not come true within ${withinMs} ms`);
    await sleep(10);
  }
}
