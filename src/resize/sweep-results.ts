import type { ImageRecord } from "../catalog/image-record.ts";
import { isFinal } from "../image/status.ts";
import { attemptOf, imageOfResult, resultsOf } from "../storage/object-key.ts";
import type { ResizeDependencies } from "./dependencies.ts";

type Needs = Pick<ResizeDependencies, "catalog" | "storage">;

const pageSize = 500;

/**
 * Removes results of that day's images that no row points to. Who ends an image takes away what earlier attempts
 * left; but a late attempt may store its own after that, and be killed, or lose the catalog, before it learns that it
 * is late. Returns how many.
 */
export async function sweepResults({ catalog, storage }: Needs, day: Date): Promise<number> {
  let swept = 0;
  let page: { id: string; key: string }[] = [];
  const judge = async () => {
    const records = await catalog.images.findEach([...new Set(page.map(({ id }) => id))]);
    for (const { id, key } of page) {
      if (!isNobodys(records.get(id), key)) continue;
      await storage.delete(key);
      swept += 1;
    }
    page = [];
  };
  for await (const { key } of storage.list(resultsOf(day))) {
    const id = imageOfResult(key);
    if (id !== undefined) page.push({ id, key });
    if (page.length >= pageSize) await judge();
  }
  if (page.length > 0) await judge();
  return swept;
}

/** While an image is worked on, its newest attempt has results that the row does not know of yet. */
function isNobodys(record: ImageRecord | "gone" | undefined, key: string): boolean {
  if (record === undefined || record === "gone") return true;
  if (!isFinal(record.status) || attemptOf(key) > record.attempt) return false;
  return !record.variants.some((variant) => variant.status === "ready" && variant.key === key);
}
