import type { Answer } from "../catalog/answers.ts";
import type { BatchRecord, ImageRecord } from "../catalog/image-record.ts";
import { asAccepted } from "../catalog/image-row.ts";
import { type Answered, answerOnce, type RequestKey } from "./answer-once.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch, shownImages } from "./find-batch.ts";
import { findImage } from "./find-image.ts";
import { findTwin } from "./find-twin.ts";
import { openBatch } from "./open-batch.ts";
import type { ReceivedOriginal } from "./receive-original.ts";
import { submitBatch } from "./submit-batch.ts";
import { submitImage } from "./submit-image.ts";
import type { BatchItem, SourceItem, SubmitOptions } from "./submit-options.ts";
import { submitSource } from "./submit-source.ts";

/** `submitImage`, once for each key, and with `dedupe` once for the same bytes. An image that was deleted since is `gone`. */
export function submitImageOnce(
  dependencies: ResizeDependencies,
  key: RequestKey | undefined,
  original: ReceivedOriginal,
  options: SubmitOptions,
): Promise<Answered<ImageRecord>> {
  return answerOnce(dependencies, key, [options, contentOf(original)], {
    async first(request) {
      const twin = await findTwin(dependencies, original, options);
      if (!twin) return await submitImage(dependencies, original, options, request);
      const answer = { imageId: twin.id, batchId: null, wasFound: true, total: 1, failed: 0 };
      if (request) await dependencies.catalog.answers.remember(request, answer);
      await original.discard();
      return twin;
    },
    async again({ imageId, wasFound }) {
      const image = await findImage(dependencies, imageId ?? "");
      await original.discard();
      return wasFound ? image : asAccepted(image);
    },
  });
}

/** `submitSource`, once for each key. */
export function submitSourceOnce(
  dependencies: ResizeDependencies,
  key: RequestKey | undefined,
  source: SourceItem,
  options: SubmitOptions,
): Promise<Answered<ImageRecord>> {
  return answerOnce(dependencies, key, [options, contentOf(source)], {
    first: (request) => submitSource(dependencies, source, options, request),
    again: async ({ imageId }) => asAccepted(await findImage(dependencies, imageId ?? "")),
  });
}

export interface SubmittedBatch {
  readonly batch: BatchRecord;
  readonly images: readonly ImageRecord[];
}

/** `submitBatch`, once for each key. */
export function submitBatchOnce(
  dependencies: ResizeDependencies,
  key: RequestKey | undefined,
  items: readonly BatchItem[],
  options: SubmitOptions,
): Promise<Answered<SubmittedBatch>> {
  return answerOnce(dependencies, key, [options, ...items.map(contentOf)], {
    first: (request) => submitBatch(dependencies, items, options, request),
    async again(answer) {
      const batch = await batchAsAccepted(dependencies, answer);
      for (const item of items) if ("discard" in item) await item.discard();
      return batch;
    },
  });
}

/** `openBatch`, once for each key; a repeated request is told what has become of the batch. */
export function openBatchOnce(
  dependencies: ResizeDependencies,
  key: RequestKey | undefined,
  options: SubmitOptions,
): Promise<Answered<BatchRecord>> {
  return answerOnce(dependencies, key, [{ open: true }, options], {
    first: (request) => openBatch(dependencies, options, request),
    again: ({ batchId }) => findBatch(dependencies, batchId ?? ""),
  });
}

/** What a file of a request is, by its bytes; of one that was refused, by its name, its length and its fault. */
function contentOf(item: BatchItem) {
  if ("url" in item) return item;
  const { filename } = item;
  if (!("error" in item)) return { filename, sha256: item.sha256 };
  return { filename, metadata: item.metadata, bytes: item.bytes, refused: item.error.code };
}

async function batchAsAccepted(
  dependencies: ResizeDependencies,
  { batchId, total, failed, wasFound }: Answer,
): Promise<SubmittedBatch> {
  const batch = await findBatch(dependencies, batchId ?? "");
  const images = await dependencies.catalog.images.firstOfBatch(batch.id, shownImages);
  if (wasFound) return { batch, images };
  const counts = { total, queued: total - failed, processing: 0, done: 0, failed, cancelled: 0 };
  const finishedAt = total === failed ? batch.finishedAt : null;
  return { batch: { ...batch, counts, finishedAt, cancelledAt: null }, images: images.map(asAccepted) };
}
