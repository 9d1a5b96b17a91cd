/** Calls at once: more would only wait in the browser, whose connections to a host are few. */
const atOnce = 4;

/**
 * Does the same with many, a few at a time. What fails is left and the rest goes on; resolves with the first reason,
 * if there was one, and how many failed.
 */
export async function eachOf<Item>(
  items: readonly Item[],
  act: (item: Item) => Promise<void>,
): Promise<{ readonly failed: number; readonly reason: unknown }> {
  const waiting = items.values();
  let failed = 0;
  let reason: unknown;
  const work = async () => {
    for (const item of waiting) {
      try {
        await act(item);
      } catch (error) {
        if (failed === 0) reason = error;
        failed += 1;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return { failed, reason };
}
