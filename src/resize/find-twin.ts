import type { ImageRecord } from "../catalog/image-record.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import type { ReceivedOriginal } from "./receive-original.ts";
import { chooseTransforms, refusal, type SubmitOptions } from "./submit-options.ts";

/**
 * The image that `dedupe` asks for: of the same bytes, with the same transforms, and neither failed, cancelled nor
 * deleted. Of two that come at the same moment neither finds the other. Rejects with `invalid_request` for a
 * callback, which the earlier image may have had long ago, and as `chooseTransforms` does.
 */
export async function findTwin(
  { catalog, presets }: Pick<ResizeDependencies, "catalog" | "presets">,
  { sha256 }: ReceivedOriginal,
  options: SubmitOptions,
): Promise<ImageRecord | undefined> {
  if (!options.dedupe) return undefined;
  if (options.callbackUrl !== undefined) {
    const message = "gets no call for an image that was there before: leave out this or `dedupe`";
    throw refusal("invalid_request", "callbackUrl", message);
  }
  if (options.batchId !== undefined) {
    throw refusal("invalid_request", "dedupe", "is for images of no batch: an image belongs to one batch");
  }
  return await catalog.images.findTwin(sha256, chooseTransforms(presets(), options).transforms);
}
