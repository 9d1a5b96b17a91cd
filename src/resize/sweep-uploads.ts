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
  const { workFolders, logger } = dependencies;
  const { uploads } = workFolders;
  const failures: unknown[] = [];
  for (const id of await uploads.list()) {
    const upload = await uploads.find(id);
    if (!upload || idleOf(upload) < abandonedMs) continue;
    // What one upload cannot have, because the catalog is away, must not keep the others from theirs.
    if (upload.bytes === upload.size) await takeIn(dependencies, id).catch((error) => failures.push(error));
    else if (idleOf(upload) > uploadIdleMs) await expire(dependencies, id);
  }
  const strays = await uploads.sweepStrays(strayMs);
  if (strays > 0) logger.info({ files: strays }, "remains of uploads removed");
  if (failures.length > 0) throw failures[0];
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
