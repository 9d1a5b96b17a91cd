import type { BatchRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** Rejects with `not_found`. */
export async function findBatch(
  { catalog }: Pick<ResizeDependencies, "catalog">,
  id: string,
): Promise<BatchRecord> {
  const record = isImageId(id) ? await catalog.batches.find(id) : undefined;
  if (!record) throw new PixmillError("not_found", { detail: "There is no batch with that id." });
  return record;
}
