import type { UniqueRequest } from "../catalog/answers.ts";
import type { BatchRecord, ImageRecord, NewImage } from "../catalog/image-record.ts";
import { newImageId } from "../image/image-id.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { dispatchAll } from "./dispatch.ts";
import { finishBatch } from "./finish-batch.ts";
import { batchPriority } from "./priority.ts";
import { acceptOrUndo, storeOriginal, submittedFields } from "./submit-image.ts";
import { type BatchItem, chooseTransforms, refusal, type SubmitOptions } from "./submit-options.ts";
import { readSource } from "./submit-source.ts";

/**
 * Accepts many images as one batch, in one commit. A refused file becomes a failed image with its reason. Rejects
 * with `KeyTaken` when the request was answered before.
 */
export async function submitBatch(
  dependencies: ResizeDependencies,
  items: readonly BatchItem[],
  options: SubmitOptions,
  request?: UniqueRequest,
): Promise<{ batch: BatchRecord; images: readonly ImageRecord[] }> {
  const { catalog, presets, logger } = dependencies;
  if (options.dedupe) {
    throw refusal("invalid_request", "dedupe", "is for single images: an image belongs to one batch");
  }
  const chosen = chooseTransforms(presets(), options);
  const { callbackUrl, ...submitted } = submittedFields(dependencies, options);
  // It is called back when the batch is over, not for each of its images.
  const batch = { id: newImageId(), preset: chosen.preset, callbackUrl };
  const fields = {
    ...chosen,
    ...submitted,
    callbackUrl: null,
    batchId: batch.id,
    priority: batchPriority,
  };
  const images: NewImage[] = [];
  const accepted = await acceptOrUndo(dependencies, images, async () => {
    for (const item of items) images.push(await newImage(dependencies, item, fields));
    return catalog.images.accept(images, batch, request);
  });
  logger.info({ batchId: batch.id, images: accepted.length }, "batch accepted");
  // Not awaited: the images are in the catalog, and a thousand answers of a slow Redis would hold the 202 back.
  void dispatchAll(
    dependencies,
    accepted.filter(({ status }) => status === "queued"),
  );
  await finishBatch(dependencies, batch.id);
  const record = await catalog.batches.find(batch.id);
  if (!record) throw new Error("The batch that was just accepted is not in the catalog.");
  return { batch: record, images: accepted };
}

async function newImage(
  dependencies: ResizeDependencies,
  item: BatchItem,
  fields: Omit<NewImage, "id" | "original" | "filename">,
): Promise<NewImage> {
  if ("url" in item) {
    const source = readSource(dependencies, item);
    return { ...fields, ...source, id: newImageId(), metadata: item.metadata ?? fields.metadata };
  }
  if (!("error" in item)) return storeOriginal(dependencies, item, { ...fields, filename: item.filename });
  return { ...fields, id: newImageId(), filename: item.filename, original: null, error: item.error };
}
