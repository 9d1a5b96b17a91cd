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
 * earlier image. `undefined`: none yet. Rejects with `gone`.
 */
export async function findIfUploaded(dependencies: Needs, id: string): Promise<ImageRecord | undefined> {
  const { images, answers } = dependencies.catalog;
  const known = (await images.find(id)) ? id : (await answers.find(requestOf(id)))?.imageId;
  return known ? await findImage(dependencies, known) : undefined;
}

/** As `findIfUploaded`, of an upload that must have become one. Rejects with `not_found` too. */
export async function findUploaded(dependencies: Needs, id: string): Promise<ImageRecord> {
  const image = await findIfUploaded(dependencies, id);
  if (image) return image;
  throw new PixmillError("not_found", { detail: "There is no upload with that id." });
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
