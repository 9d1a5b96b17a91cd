import { createHash } from "node:crypto";
import type { UniqueRequest } from "../catalog/answers.ts";
import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import { answerLifetimeMs } from "./answer-once.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findImage } from "./find-image.ts";

type Needs = Pick<ResizeDependencies, "catalog">;

/**
 * The image that a resumable upload has become: the one of its id or, for a day after a `dedupe` that found one, the
 * earlier image. Rejects with `not_found` or `gone`.
 */
export async function findUploaded(dependencies: Needs, id: string): Promise<ImageRecord> {
  try {
    return await findImage(dependencies, id);
  } catch (error) {
    if (!(error instanceof PixmillError) || error.code !== "not_found") throw error;
    const twin = await dependencies.catalog.answers.find(requestOf(id));
    if (!twin?.imageId) throw error;
    return await findImage(dependencies, twin.imageId);
  }
}

/** Its client may have lost the answer, and asks again what has become of the upload. */
export async function rememberTwin({ catalog }: Needs, id: string, twin: ImageRecord): Promise<void> {
  const answer = { imageId: twin.id, batchId: null, wasFound: true, total: 1, failed: 0 };
  await catalog.answers.remember(requestOf(id), answer);
}

/** An upload is its own key: no client can choose a text that has this hash. */
function requestOf(id: string): UniqueRequest {
  const hash = createHash("sha256").update(`upload ${id}`).digest("hex");
  return { hash, fingerprint: hash, lifetimeMs: answerLifetimeMs };
}
