import { restAfter } from "./event-loop.ts";

/**
 * Runs `work` on every item, at most `limit` at a time, begun in their order; the results stand in that order too.
 * After a failure no further one is begun; those that run are waited for, then the first failure is thrown. Work that
 * waits for nothing does not stop the process: there are rests.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = new Array(items.length);
  let failure: { readonly reason: unknown } | undefined;
  let rest: Promise<void> | undefined;
  let next = 0;
  const one = async () => {
    while (next < items.length && !failure) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (reason) {
        failure ??= { reason };
      }
      rest = restAfter(index) ?? rest;
      await rest;
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, one));
  if (failure) throw failure.reason;
  return results;
}
