import { PixmillError } from "../errors.ts";
import type { PendingUpload } from "../storage/upload-folder.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { finishUpload } from "./finish-upload.ts";

/** How long an unfinished upload waits for its next byte, in milliseconds. */
export const uploadIdleMs = 24 * 60 * 60 * 1000;
/** So long after its last byte nobody is about to finish an upload any more: their process was killed. */
const abandonedMs = 10_000;
/** An upload of which only a part of the files is here: one is made, or removed, in a moment. */
const strayMs = 60 * 60 * 1000;

/**
 * Uploads that are whole but became no image are taken in; unfinished ones that nobody went on with are removed.
 * Safe in every process at once.
 */
export async function sweepUploads(dependencies: ResizeDependencies): Promise<void> {
  const { uploads } = dependencies.workFolders;
  const failures: unknown[] = [];
  // What one upload cannot have, because its file cannot be read, must not keep the others from theirs.
  const attempt = (step: Promise<void>) => step.catch((error: unknown) => void failures.push(error));
  for (const id of await uploads.list()) await attempt(sweepUpload(dependencies, id));
  await attempt(sweepStrays(dependencies));
  if (failures.length > 0) throw failures[0];
}

async function sweepUpload(dependencies: ResizeDependencies, id: string): Promise<void> {
  const upload = await dependencies.workFolders.uploads.find(id);
  if (!upload || idleOf(upload) < abandonedMs) return;
  if (upload.bytes === upload.size) await takeIn(dependencies, id);
  else if (idleOf(upload) > uploadIdleMs) await expire(dependencies, id);
}

async function sweepStrays({ workFolders, logger }: ResizeDependencies): Promise<void> {
  const strays = await workFolders.uploads.sweepStrays(strayMs);
  if (strays > 0) logger.info({ files: strays }, "remains of uploads removed");
}

async function takeIn(dependencies: ResizeDependencies, id: string): Promise<void> {
  try {
    await finishUpload(dependencies, id);
    dependencies.logger.info({ imageId: id }, "an upload that was left whole became an image");
  } catch (error) {
    if (!(error instanceof PixmillError) || error.retryable) throw error;
    dependencies.logger.info({ imageId: id, code: error.code }, "an upload that was left whole is refused");
  }
}

async function expire({ workFolders, logger }: ResizeDependencies, id: string): Promise<void> {
  const { uploads } = workFolders;
  await uploads.exclusively(id, async () => {
    const upload = await uploads.find(id);
    if (!upload || idleOf(upload) <= uploadIdleMs) return;
    await uploads.remove(id);
    logger.info({ uploadId: id, bytes: upload.bytes }, "upload expired");
  });
}

function idleOf({ touchedAt }: PendingUpload): number {
  return Date.now() - touchedAt.getTime();
}
