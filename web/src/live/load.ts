import { signal } from "@preact/signals";
import { announce, resultSentence } from "../announce.ts";
import { getImage, type Image, listImages } from "../service/api.ts";
import { RequestFailure, sentenceOf } from "../service/problem.ts";
import { dropImage, emptyList, imageList, mergeImages, newlyFinal, unfinished } from "./image-list.ts";
import { type Scope, scope } from "./scope.ts";

const firstPage = 24;
/** The most that the service lists at once. */
const fullPage = 200;
/** So many images are asked for one by one; for more, page after page is cheaper. */
const few = 5;

export const loading = signal(false);
/** Why the list could not be loaded. */
export const loadProblem = signal<{ readonly sentence: string; readonly retryable: boolean } | null>(null);
/** Where the next older page begins; `null` when there is none. */
export const olderCursor = signal<string | null>(null);

let abort = new AbortController();

/** Milliseconds that told images are gathered, so that a burst of them is one change of the page. */
const gatherMs = 50;
/** While hundreds come, a list that changes ten times a second cannot be read. */
const gatherManyMs = 1000;
const many = 50;
/** Ids of images that were made here and not seen yet. */
const awaited = new Set<string>();
let gathered: Image[] = [];
let gathering: ReturnType<typeof setTimeout> | undefined;

/** An image was made here: whatever it is when it is first seen is news. */
export function awaitImage(id: string): void {
  awaited.add(id);
}

/** As `absorb`, in a moment, together with what else is told until then. */
export function absorbSoon(image: Image): void {
  gathered.push(image);
  gathering ??= setTimeout(() => absorb([]), unfinished.peek().length > many ? gatherManyMs : gatherMs);
}

/** Takes in what was told of images, and speaks of those that became final by it. */
function absorb(told: readonly Image[]): void {
  const images = [...gathered, ...told];
  gathered = [];
  clearTimeout(gathering);
  gathering = undefined;
  const before = imageList.value;
  imageList.value = mergeImages(before, images);
  for (const image of newlyFinal(before, imageList.value, awaited)) announce(resultSentence(image));
  for (const { id } of images) awaited.delete(id);
}

/** Begins afresh with the newest images of the scope. */
export async function loadFirst(): Promise<void> {
  abort.abort();
  abort = new AbortController();
  imageList.value = emptyList;
  olderCursor.value = null;
  await load(abort.signal, (signal) => newest(scope.peek(), firstPage, signal));
}

/** Adds the next older page. */
export async function loadMore(): Promise<void> {
  const cursor = olderCursor.peek();
  if (!cursor || loading.peek()) return;
  await load(abort.signal, (signal) =>
    listImages({ ...filter(scope.peek()), limit: firstPage, cursor }, signal),
  );
}

async function load(
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<{ items: readonly Image[]; nextCursor: string | null }>,
): Promise<void> {
  loading.value = true;
  loadProblem.value = null;
  try {
    const page = await ask(signal);
    absorb(page.items);
    olderCursor.value = page.nextCursor;
  } catch (error) {
    if (signal.aborted) return;
    const retryable = error instanceof RequestFailure && error.retryable;
    loadProblem.value = { sentence: sentenceOf(error), retryable };
  } finally {
    if (!signal.aborted) loading.value = false;
  }
}

/** Looks again at the newest images of the scope, and at those of `ids` that are older. */
export async function refresh(ids: readonly string[] = []): Promise<void> {
  const { signal } = abort;
  let page = await newest(scope.peek(), fullPage, signal);
  absorb(page.items);
  const missing = new Set(ids);
  for (const { id } of page.items) missing.delete(id);
  if (missing.size <= few) {
    await Promise.all([...missing].map((id) => refreshImage(id, { signal })));
    return;
  }
  while (missing.size > 0 && page.nextCursor) {
    page = await listImages({ ...filter(scope.peek()), limit: fullPage, cursor: page.nextCursor }, signal);
    absorb(page.items);
    for (const { id } of page.items) missing.delete(id);
  }
}

/** Looks again at one image; one that is no more leaves the list. `wait`: seconds to wait until it is final. */
export async function refreshImage(
  id: string,
  options: { wait?: number; signal?: AbortSignal } = {},
): Promise<void> {
  try {
    absorb([await getImage(id, options)]);
  } catch (error) {
    if (!(error instanceof RequestFailure) || (error.status !== 404 && error.status !== 410)) throw error;
    imageList.value = dropImage(imageList.value, id);
  }
}

async function newest(of: Scope, limit: number, signal: AbortSignal) {
  if (of.kind === "image") return { items: [await getImage(of.id, { signal })], nextCursor: null };
  return listImages({ ...filter(of), limit }, signal);
}

function filter(of: Scope): { batchId?: string } {
  return of.kind === "batch" ? { batchId: of.id } : {};
}
