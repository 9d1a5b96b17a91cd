import type { Image } from "../api/call.ts";
import { isFinal } from "./image-state.ts";

/** The images that the page knows, newest first, and the ids of those that were deleted here. */
export interface ImageList {
  readonly images: readonly Image[];
  /** An answer that was on its way when its image was deleted must not bring it back. */
  readonly deleted: ReadonlySet<string>;
}

export const emptyList: ImageList = { images: [], deleted: new Set() };

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

/** Takes out images that were deleted. */
export function dropImages(list: ImageList, ids: readonly string[]): ImageList {
  const gone = new Set(ids);
  return {
    images: list.images.filter(({ id }) => !gone.has(id)),
    deleted: new Set([...list.deleted, ...ids]),
  };
}

/**
 * The images of `after` that became final since `before`, and were seen unfinished there, or are `awaited`: made
 * here, and perhaps over before they are first seen.
 */
export function newlyFinal(
  before: readonly Image[],
  after: readonly Image[],
  awaited: ReadonlySet<string> = new Set(),
): Image[] {
  const open = new Set(before.filter(({ status }) => !isFinal(status)).map(({ id }) => id));
  return after.filter(({ id, status }) => (open.has(id) || awaited.has(id)) && isFinal(status));
}
