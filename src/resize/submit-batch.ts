import type { UniqueRequest } from "../catalog/answers.ts";
import type { BatchRecord, ImageRecord, NewImage } from "../catalog/image-record.ts";
import { newImageId } from "../image/image-id.ts";
import { unknownWorkMs } from "../image/work.ts";
import { inParallel } from "../in-parallel.ts";
import { callbackOf } from "./check-callback.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { dispatchAll } from "./dispatch.ts";
import { findBatch } from "./find-batch.ts";
import { finishBatch } from "./finish-batch.ts";
import { findOpenBatch } from "./open-batch.ts";
import { acceptOrUndo, storeOriginal } from "./submit-image.ts";
import { type BatchItem, chooseTransforms, chosenIn, refusal, type SubmitOptions } from "./submit-options.ts";
import { readSource } from "./submit-source.ts";

/** Originals of one request that are stored at a time: each waits for its folder to be synced, not for a core. */
const storedAtOnce = 8;

/**
 * Accepts many images as one batch, or into the open batch that the options name, in one commit. A refused file
 * becomes a failed image with its reason. Rejects with `KeyTaken` when the request was answered before.
 */
export async function submitBatch(
  dependencies: ResizeDependencies,
  items: readonly BatchItem[],
  options: SubmitOptions,
  request?: UniqueRequest,
): Promise<{ batch: BatchRecord; images: readonly ImageRecord[] }> {
  const { catalog, presets, logger, batchIdleMs: idleMs } = dependencies;
  if (options.dedupe) {
    throw refusal("invalid_request", "dedupe", "is for single images: an image belongs to one batch");
  }
  const open = options.batchId === undefined ? undefined : await findOpenBatch(dependencies, options.batchId);
  const chosen = open ? chosenIn(open, presets(), options) : chooseTransforms(presets(), options);
  const id = open?.id ?? newImageId();
  const callbackUrl = callbackOf(dependencies, options);
  // It is called back when the batch is over, not for each of its images.
  if (open && callbackUrl !== null) {
    throw refusal("invalid_request", "callbackUrl", "is given when the batch is opened, not with its images");
  }
  const { client = null } = options;
  const fields = { ...chosen, callbackUrl: null, client, batchId: id };
  const images: NewImage[] = [];
  const accepted = await acceptOrUndo(dependencies, images, async () => {
    await inParallel(items, storedAtOnce, async (item) => {
      images.push(await newImage(dependencies, item, fields));
    });
    // As they came in: an id is given when its file is begun, but files are stored in any order.
    images.sort((a, b) => (a.id < b.id ? -1 : 1));
    return open
      ? catalog.images.addTo({ id, idleMs }, images, request)
      : catalog.images.accept(images, { id, callbackUrl, client, ...chosen }, request);
  });
  logger.info({ batchId: id, images: accepted.length }, open ? "batch grew" : "batch accepted");
  // Not awaited: the images are in the catalog, and a thousand answers of a slow Redis would hold the 202 back.
  void dispatchAll(
    dependencies,
    accepted.filter(({ status }) => status === "queued"),
  );
  await finishBatch(dependencies, id);
  return { batch: await findBatch(dependencies, id), images: accepted };
}

async function newImage(
  dependencies: ResizeDependencies,
  item: BatchItem,
  fields: Omit<NewImage, "id" | "original" | "filename" | "metadata" | "cost">,
): Promise<NewImage> {
  if ("url" in item) {
    const { metadata = {} } = item;
    const source = readSource(dependencies, item);
    return { ...fields, ...source, id: newImageId(), cost: unknownWorkMs, metadata };
  }
  if ("error" in item) {
    const { filename, metadata = {}, error } = item;
    return { ...fields, id: newImageId(), filename, metadata, original: null, cost: unknownWorkMs, error };
  }
  return storeOriginal(dependencies, item, { ...fields, filename: item.filename, metadata: {} });
}
