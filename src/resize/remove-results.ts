import type { ImageRecord } from "../catalog/image-record.ts";
import { resultPrefix } from "../storage/object-key.ts";
import type { Storage } from "../storage/storage.ts";

/**
 * Removes what lies among an image's results and is not one of its ready variants: files of attempts that were
 * killed between storing and finishing. `all`: the ready ones too.
 */
export async function removeResults(
  storage: Storage,
  record: Pick<ImageRecord, "id" | "variants">,
  { all }: { all: boolean },
): Promise<void> {
  const kept = new Set(
    all ? [] : record.variants.map((variant) => (variant.status === "ready" ? variant.key : "")),
  );
  for await (const { key } of storage.list(resultPrefix(record.id))) {
    if (!kept.has(key)) await storage.delete(key);
  }
}
