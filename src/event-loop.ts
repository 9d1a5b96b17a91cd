import { setImmediate as turn } from "node:timers/promises";

/** Items of long work that are done at a stretch: some milliseconds where an item is checked and put together. */
const itemsAtAStretch = 50;

/** Now and then after an item of a long list: a rest in which everything else of this process has its turn. */
export function restAfter(index: number): Promise<void> | undefined {
  return index % itemsAtAStretch === itemsAtAStretch - 1 ? turn() : undefined;
}
