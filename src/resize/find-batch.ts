import type { BatchRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** How many of its images a batch shows; the rest is `GET /v1/images?batchId=`. */
export const shownImages = 100;

/** Rejects with `not_found` or `gone`. */
export async function findBatch(
  { catalog }: Pick<ResizeDependencies, "catalog">,
  id: string,
): Promise<BatchRecord> {
  const record = isImageId(id) ? await catalog.batches.find(id) : undefined;
  if (record === undefined)
    throw new PixmillError("not_found", { detail: "There is no batch with that id." });
  if (record === "gone") throw new PixmillError("gone", { detail: "The batch was deleted." });
  return record;
}
