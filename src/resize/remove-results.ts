import type { ImageRecord } from "../catalog/image-record.ts";
import { attemptOf, resultPrefix } from "../storage/object-key.ts";
import type { Storage } from "../storage/storage.ts";

/**
 * Removes what lies among an image's results and is not one of its ready variants: files of attempts that were
 * killed between storing and finishing. What a newer attempt has stored meanwhile is not this one's to judge.
 * `all`: the ready ones too, and whatever else there is.
 */
export async function removeResults(
  storage: Storage,
  record: Pick<ImageRecord, "id" | "attempt" | "variants">,
  { all }: { all: boolean },
): Promise<void> {
  const kept = new Set(
    all ? [] : record.variants.map((variant) => (variant.status === "ready" ? variant.key : "")),
  );
  for await (const { key } of storage.list(resultPrefix(record.id))) {
    const newer = !all && attemptOf(key) > record.attempt;
    if (!kept.has(key) && !newer) await storage.delete(key);
  }
}
