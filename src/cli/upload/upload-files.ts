import { access, constants } from "node:fs/promises";
import { type Batch, type Image, RequestFailure, type TransformInput } from "../../client/index.ts";
import { inParallel } from "../../in-parallel.ts";
import { ImageWatch } from "../image-watch.ts";
import { type RunningService, refusesEveryUpload } from "../running-service.ts";

/** While one file is on its way, the next is read and another waits for its answer. */
const atOnce = 4;

export interface UploadOptions {
  readonly service: RunningService;
  readonly files: readonly string[];
  readonly preset: string | undefined;
  readonly variants: readonly TransformInput[] | undefined;
  /** All of them are one batch. */
  readonly batch: boolean;
  /** Until every image is final. */
  readonly wait: boolean;
  /** Aborted: the result says what there is so far. */
  readonly signal: AbortSignal;
  readonly onProgress: (done: number, failed: number) => void;
}

/** One file and what came of it: with neither an image nor a failure it was not sent. */
export interface UploadedFile {
  readonly file: string;
  image?: Image;
  failure?: { readonly code: string; readonly message: string };
}

export interface UploadResult {
  readonly files: readonly UploadedFile[];
  readonly batch: Batch | undefined;
  /** What ended it before its end. */
  readonly fault?: unknown;
}

/** Never rejects: what was accepted is worth telling, whatever came after it. */
export async function uploadFiles(options: UploadOptions): Promise<UploadResult> {
  const { service, preset, variants, signal } = options;
  const { client } = service;
  const files: UploadedFile[] = options.files.map((file) => ({ file }));
  const over = new AbortController();
  const watch = options.wait ? new ImageWatch(client, AbortSignal.any([signal, over.signal])) : undefined;
  const ends: Promise<void>[] = [];
  const counts = { done: 0, failed: 0 };
  let batch: Batch | undefined;
  try {
    await watch?.start();
    if (options.batch) batch = await client.batches.open({ preset, variants }, { signal });
    const wanted = batch ? { batchId: batch.id } : { preset, variants };
    await inParallel(files, atOnce, async (upload) => {
      if (!(await isReadable(upload.file))) {
        upload.failure = { code: "unreadable", message: "the file cannot be read" };
        return count(upload);
      }
      try {
        upload.image = await client.upload(upload.file, { ...wanted, signal });
      } catch (error) {
        if (!refusesFile(error)) throw error;
        upload.failure = error;
      }
      if (watch && upload.image) ends.push(seeEnd(watch, upload, upload.image));
      else count(upload);
    });
    if (batch) batch = await client.batches.close(batch.id, { signal });
    await Promise.race([Promise.all(ends), aborted(signal)]);
    if (batch && watch) batch = await client.batches.wait(batch.id, { signal });
    return { files, batch };
  } catch (fault) {
    return { files, batch, fault };
  } finally {
    over.abort();
  }

  async function seeEnd(watch: ImageWatch, upload: UploadedFile, { id }: Image): Promise<void> {
    const { image } = await watch.ended(id);
    try {
      upload.image = await client.get(id, { signal });
    } catch (error) {
      if (!(error instanceof RequestFailure)) return;
      upload.failure = image.error ?? error;
    }
    count(upload);
  }

  function count({ image, failure }: UploadedFile): void {
    const isBad = failure || image?.status === "failed" || image?.status === "cancelled";
    counts[isBad ? "failed" : "done"] += 1;
    options.onProgress(counts.done, counts.failed);
  }
}

/** Of this file alone, and the service has said why. */
function refusesFile(error: unknown): error is RequestFailure {
  return error instanceof RequestFailure && error.kind === "refused" && !refusesEveryUpload(error.status);
}

async function isReadable(path: string): Promise<boolean> {
  return access(path, constants.R_OK).then(
    () => true,
    () => false,
  );
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve(), { once: true });
  });
}
