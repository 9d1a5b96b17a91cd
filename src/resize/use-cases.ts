import type { BatchRepository } from "../catalog/batches.ts";
import type { ImageRepository } from "../catalog/images.ts";
import type { RequestKey } from "./answer-once.ts";
import { archiveBatch } from "./archive-batch.ts";
import { beginUpload, type UploadWays } from "./begin-upload.ts";
import { cancelBatch } from "./cancel-batch.ts";
import { cancelImage } from "./cancel-image.ts";
import { callbackOf } from "./check-callback.ts";
import { checkReadiness } from "./check-readiness.ts";
import { deleteBatch } from "./delete-batch.ts";
import { deleteImage } from "./delete-image.ts";
import type { ResizeDependencies } from "./dependencies.ts";
import { findBatch, shownImages } from "./find-batch.ts";
import { findImage } from "./find-image.ts";
import { findOriginal } from "./find-original.ts";
import { checkDedupe } from "./find-twin.ts";
import { findUploaded } from "./find-uploaded.ts";
import { findVariant } from "./find-variant.ts";
import { finishUpload } from "./finish-upload.ts";
import { listWorkers } from "./list-workers.ts";
import { measureQueue } from "./measure-queue.ts";
import { closeBatch, findOpenBatch } from "./open-batch.ts";
import { Pressure } from "./pressure.ts";
import { type ReceivedOriginal, receiveOriginal } from "./receive-original.ts";
import { retryBatch } from "./retry-batch.ts";
import { retryImage } from "./retry-image.ts";
import { openBatchOnce, submitBatchOnce, submitImageOnce, submitSourceOnce } from "./submit-once.ts";
import { type BatchItem, chooseTransforms, type SourceItem, type SubmitOptions } from "./submit-options.ts";
import { timeStage } from "./time-stage.ts";
import { UploadSlots } from "./upload-slots.ts";
import { waitForImage } from "./wait-for-image.ts";

/**
 * Everything that a person or a program can ask of Pixmill, in the order of an image's story. Each is a function
 * in a file of its own; here they are given what they need, once.
 */
export function createUseCases(dependencies: ResizeDependencies) {
  const pressure = new Pressure(dependencies);
  const slots = new UploadSlots(dependencies.maxUploads);
  const checkRoom = () => pressure.checkUpload();
  const levels = async () => [...(await pressure.levels()), slots.level()];
  return {
    /** Before the first byte of a body is read. Call the answer when the body has ended. */
    admitUpload: () => slots.take(),
    receive: (content: AsyncIterable<Uint8Array>, name: string | undefined) =>
      timeStage(
        dependencies.stages,
        "receive",
        receiveOriginal({ ...dependencies, checkRoom }, content, name),
      ),
    submitImage: (key: RequestKey | undefined, original: ReceivedOriginal, options: SubmitOptions) =>
      submitImageOnce(dependencies, key, original, options),
    async submitSource(key: RequestKey | undefined, source: SourceItem, options: SubmitOptions) {
      checkRoom();
      return await submitSourceOnce(dependencies, key, source, options);
    },
    async submitBatch(key: RequestKey | undefined, items: readonly BatchItem[], options: SubmitOptions) {
      if (items.some((item) => "url" in item)) checkRoom();
      return await submitBatchOnce(dependencies, key, items, options);
    },
    async checkOptions(options: SubmitOptions) {
      checkRoom();
      if (options.batchId !== undefined) await findOpenBatch(dependencies, options.batchId);
      chooseTransforms(dependencies.presets(), options);
      callbackOf(dependencies, options);
      checkDedupe(options);
    },
    beginUpload: <T>(key: RequestKey | undefined, content: unknown, ways: UploadWays<T>) =>
      beginUpload(dependencies, key, content, ways),
    uploads: dependencies.workFolders.uploads,
    finishUpload: (id: string) => finishUpload(dependencies, id),
    findUploaded: (id: string) => findUploaded(dependencies, id),
    findImage: (id: string) => findImage(dependencies, id),
    waitForImage: (id: string, ms: number, signal: AbortSignal) => waitForImage(dependencies, id, ms, signal),
    listImages: (filter: Parameters<ImageRepository["list"]>[0]) => dependencies.catalog.images.list(filter),
    firstImagesOfBatch: (id: string) => dependencies.catalog.images.firstOfBatch(id, shownImages),
    findOriginal: (id: string) => findOriginal(dependencies, id),
    findVariant: (id: string, name: string) => findVariant(dependencies, id, name),
    retryImage: (id: string) => retryImage(dependencies, id),
    cancelImage: (id: string) => cancelImage(dependencies, id),
    deleteImage: (id: string) => deleteImage(dependencies, id),
    openBatch: (key: RequestKey | undefined, options: SubmitOptions) =>
      openBatchOnce(dependencies, key, options),
    findBatch: (id: string) => findBatch(dependencies, id),
    listBatches: (filter: Parameters<BatchRepository["list"]>[0]) =>
      dependencies.catalog.batches.list(filter),
    closeBatch: (id: string) => closeBatch(dependencies, id),
    archiveBatch: (id: string) => archiveBatch(dependencies, id),
    retryBatch: (id: string) => retryBatch(dependencies, id),
    cancelBatch: (id: string) => cancelBatch(dependencies, id),
    deleteBatch: (id: string) => deleteBatch(dependencies, id),
    presets: dependencies.presets,
    queueFacts: () => measureQueue(dependencies, levels),
    levels,
    listWorkers: () => listWorkers(dependencies),
    readiness: () => checkReadiness(dependencies),
    events: dependencies.events,
  };
}

export type UseCases = ReturnType<typeof createUseCases>;
