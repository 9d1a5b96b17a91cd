import type { ImageRecord } from "../catalog/image-record.ts";
import { PixmillError } from "../errors.ts";
import type { PendingUpload } from "../storage/upload-folder.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findTwin } from "./find-twin.ts";
import { findIfUploaded, findUploaded, rememberTwin } from "./find-uploaded.ts";
import { receiveUploaded } from "./receive-original.ts";
import { submitImage } from "./submit-image.ts";
import type { SubmitOptions } from "./submit-options.ts";

/** The `wish` of an upload's record. */
export interface UploadWish {
  readonly filename?: string;
  readonly options: SubmitOptions;
}

/**
 * Makes an upload whose bytes are all here into the image of its id, or with `dedupe` finds the image that there is;
 * answers with the image that it became before. Its files stay until the image is in the catalog, so that a kill at
 * any point loses nothing and whoever asks next, client or sweep, goes on. What is no image is removed, and the reason thrown. Rejects with
 * `not_found` for what is not there or not whole.
 */
export async function finishUpload(dependencies: ResizeDependencies, id: string): Promise<ImageRecord> {
  const { uploads } = dependencies.workFolders;
  return await uploads.exclusively(id, async () => {
    const upload = await uploads.find(id);
    if (!upload || upload.bytes !== upload.size) return await findUploaded(dependencies, id);
    try {
      const image = await takeIn(dependencies, upload);
      await uploads.remove(id);
      return image;
    } catch (error) {
      if (error instanceof PixmillError && !error.retryable) await uploads.remove(id);
      throw error;
    }
  });
}

async function takeIn(dependencies: ResizeDependencies, upload: PendingUpload): Promise<ImageRecord> {
  // The process that made it one, or found its twin, was killed before it removed the upload.
  const known = await findIfUploaded(dependencies, upload.id);
  if (known) return known;
  const { filename, options } = upload.wish as UploadWish; // as it was written when the upload was made
  const original = await receiveUploaded(dependencies, upload, filename);
  try {
    const twin = await findTwin(dependencies, original, options);
    if (!twin) return await submitImage(dependencies, original, options);
    await rememberTwin(dependencies, upload.id, twin);
    return twin;
  } finally {
    await original.discard();
  }
}
