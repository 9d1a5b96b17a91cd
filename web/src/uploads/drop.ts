import { act, send } from "../api/call.ts";
import { RequestFailure } from "../api/problem.ts";
import { randomKey } from "../api/random-key.ts";
import type { Wish } from "../wish/wish.ts";
import { forgetDrop, keepBatch } from "./kept-drops.ts";

/** Files that were given together: one batch when they are several. */
export interface Drop {
  readonly id: string;
  /** What is made of each of its files. */
  readonly wish: Wish;
  readonly isBatch: boolean;
  /** Known once the first file of a batch is sent. */
  batchId: string | null;
  /** How many of its files may still come: those on their way, lost ones, and those that are asked for again. */
  open: number;
}

/** Milliseconds. */
const askAgainMs = 2000;

const opening = new WeakMap<Drop, Promise<string>>();

export function newDrop(wish: Wish, files: number): Drop {
  return { id: randomKey(), wish, isBatch: files > 1, batchId: null, open: files };
}

/** What goes with each file of the drop. Throws `RequestFailure` when its batch cannot be opened. */
export async function fieldsOf(drop: Drop): Promise<Record<string, string>> {
  if (drop.isBatch) return { batchId: drop.batchId ?? (await batchOf(drop)) };
  const { preset, variants } = drop.wish;
  if (variants) return { variants: JSON.stringify(variants) };
  return preset ? { preset } : {};
}

/** The first file of a drop opens its batch; those that come meanwhile wait for the same answer. */
function batchOf(drop: Drop): Promise<string> {
  const known = opening.get(drop);
  if (known) return known;
  const promise = open(drop);
  opening.set(drop, promise);
  promise.catch(() => opening.delete(drop));
  return promise;
}

async function open(drop: Drop): Promise<string> {
  // The same key for every try, so that a lost answer leaves no second batch behind.
  const { id } = await send<{ id: string }>("/v1/batches", { open: true, ...drop.wish }, drop.id);
  drop.batchId = id;
  // All of its files may have been cancelled meanwhile.
  if (drop.open > 0) keepBatch(drop);
  else void endDrop(drop);
  return id;
}

/** One of its files is over; after the last one nothing is left to do but to close its batch. */
export function leaveDrop(drop: Drop): void {
  drop.open -= 1;
  if (drop.open <= 0) void endDrop(drop);
}

/** No more files come. */
export async function endDrop({ id, batchId }: Pick<Drop, "id" | "batchId">): Promise<void> {
  if (batchId) await closeBatch(batchId);
  forgetDrop(id);
}

/** Asks for some minutes while the service is away. A batch that is not closed closes itself after an idle hour. */
async function closeBatch(id: string): Promise<void> {
  for (let tries = 0; tries < 100; tries += 1) {
    const isAway = await act("POST", `/v1/batches/${encodeURIComponent(id)}/close`).then(
      () => false,
      (error: unknown) => error instanceof RequestFailure && error.retryable,
    );
    if (!isAway) return;
    await new Promise((resolve) => setTimeout(resolve, askAgainMs));
  }
}
