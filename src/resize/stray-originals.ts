import type { ImageRecord } from "../catalog/image-record.ts";
import { imageIdTime } from "../image/image-id.ts";
import { attemptOf, imageIdOf, originalsOf } from "../storage/object-key.ts";
import type { Storage } from "../storage/storage.ts";

type Buried = Pick<ImageRecord, "id" | "attempt" | "original" | "sourceUrl">;

/**
 * What attempts fetched that lost their image, or were killed, before the row could point to it: the keys of such
 * originals by the ids of their images. One look at a day's originals serves all images of that day.
 */
export async function findStrayOriginals(
  storage: Pick<Storage, "list">,
  buried: readonly Buried[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const doubtful = new Map(buried.filter(mayHaveStrays).map((record) => [record.id, record]));
  const days = new Set([...doubtful.keys()].map((id) => originalsOf(imageIdTime(id))));
  const strays = new Map<string, string[]>();
  for (const day of days) {
    for await (const { key } of storage.list(day)) {
      const record = doubtful.get(imageIdOf(key) ?? "");
      if (!record || record.original?.key === key) continue;
      strays.set(record.id, [...(strays.get(record.id) ?? []), key]);
    }
  }
  return strays;
}

/** Fetching ends with the attempt that the row points to; a burial raises the attempt by one. */
function mayHaveStrays({ original, sourceUrl, attempt }: Buried): boolean {
  if (sourceUrl === null) return false;
  return (original ? attemptOf(original.key) : attempt) > 1;
}
