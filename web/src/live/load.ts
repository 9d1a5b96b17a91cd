import { signal } from "@preact/signals";
import { announce, resultSentence } from "../announce.ts";
import { getImage, type Image, listImages } from "../service/api.ts";
import { RequestFailure, sentenceOf } from "../service/problem.ts";
import { dropImage, emptyList, imageList, mergeImages, newlyFinal } from "./image-list.ts";
import { type Scope, scope } from "./scope.ts";

const firstPage = 24;
/** The most that the service lists at once. */
const fullPage = 100;

export const loading = signal(false);
/** Why the list could not be loaded. */
export const loadProblem = signal<{ readonly sentence: string; readonly retryable: boolean } | null>(null);
/** Where the next older page begins; `null` when there is none. */
export const olderCursor = signal<string | null>(null);

let abort = new AbortController();

/** Takes in what was told of images, and speaks of those that became final by it. */
export function absorb(images: readonly Image[]): void {
  const before = imageList.value;
  imageList.value = mergeImages(before, images);
  for (const image of newlyFinal(before, imageList.value)) announce(resultSentence(image));
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
  const { items } = await newest(scope.peek(), fullPage, signal);
  absorb(items);
  const seen = new Set(items.map((image) => image.id));
  const older = ids.filter((id) => !seen.has(id)).slice(0, 5);
  await Promise.all(older.map((id) => refreshImage(id, { signal })));
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
