import { computed, signal } from "@preact/signals";
import type { Image, ImageStatus } from "../service/api.ts";

/** The images that the page knows, newest first, and the ids of those that were deleted here. */
export interface ImageList {
  readonly images: readonly Image[];
  /** An answer that was on its way when its image was deleted must not bring it back. */
  readonly deleted: ReadonlySet<string>;
}

export const emptyList: ImageList = { images: [], deleted: new Set() };

export function isFinal(status: ImageStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

/**
 * Takes in what the service told, by whatever way and in whatever order it came: the higher revision of an image
 * wins. Returns the same list when nothing is new, and keeps the object of every image that did not change.
 */
export function mergeImages(list: ImageList, incoming: readonly Image[]): ImageList {
  const byId = new Map(list.images.map((image) => [image.id, image]));
  let changed = false;
  for (const image of incoming) {
    if (list.deleted.has(image.id)) continue;
    const known = byId.get(image.id);
    if (known && known.revision >= image.revision) continue;
    byId.set(image.id, image);
    changed = true;
  }
  if (!changed) return list;
  // Ids are UUIDv7: their order is the order of creation.
  const images = [...byId.values()].sort((a, b) => (a.id < b.id ? 1 : -1));
  return { images, deleted: list.deleted };
}

/** Takes out an image that was deleted, or that the service no longer has. */
export function dropImage(list: ImageList, id: string): ImageList {
  return {
    images: list.images.filter((image) => image.id !== id),
    deleted: new Set(list.deleted).add(id),
  };
}

/**
 * The images of `after` that became final since `before`, and were seen unfinished there, or are `awaited`: made
 * here, and perhaps over before they are first seen.
 */
export function newlyFinal(
  before: ImageList,
  after: ImageList,
  awaited: ReadonlySet<string> = new Set(),
): Image[] {
  const seenOpen = before.images.filter((image) => !isFinal(image.status)).map((image) => image.id);
  const open = new Set([...seenOpen, ...awaited]);
  return after.images.filter((image) => open.has(image.id) && isFinal(image.status));
}

export const imageList = signal<ImageList>(emptyList);

export const unfinished = computed(() => imageList.value.images.filter((image) => !isFinal(image.status)));
