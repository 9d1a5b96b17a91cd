import type { ImageRecord } from "../catalog/image-record.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import type { ReceivedOriginal } from "./receive-original.ts";
import { chooseTransforms, refusal, type SubmitOptions } from "./submit-options.ts";

/**
 * The image that `dedupe` asks for: of the same bytes, with the same transforms, and neither failed, cancelled nor
 * deleted, nor without a variant that might come the next time. Of two that come at the same moment neither finds the other. Rejects as `checkDedupe` and
 * `chooseTransforms` do.
 */
export async function findTwin(
  { catalog, presets }: Pick<ResizeDependencies, "catalog" | "presets">,
  { sha256 }: ReceivedOriginal,
  options: SubmitOptions,
): Promise<ImageRecord | undefined> {
  if (!options.dedupe) return undefined;
  checkDedupe(options);
  return await catalog.images.findTwin(sha256, chooseTransforms(presets(), options).transforms);
}

/** Refuses with `invalid_request` what an image that is found cannot have: a callback, and a batch. */
export function checkDedupe(options: SubmitOptions): void {
  if (!options.dedupe) return;
  if (options.callbackUrl !== undefined) {
    const message = "gets no call for an image that was there before: leave out this or `dedupe`";
    throw refusal("invalid_request", "callbackUrl", message);
  }
  if (options.batchId !== undefined) {
    throw refusal("invalid_request", "dedupe", "is for images of no batch: an image belongs to one batch");
  }
}
