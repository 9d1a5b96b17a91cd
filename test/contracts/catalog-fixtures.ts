import type { Catalog } from "../../src/catalog/database.ts";
import type { BatchRecord, ImageRecord, NewImage } from "../../src/catalog/image-record.ts";
import type { StoredError } from "../../src/errors.ts";
import { newImageId } from "../../src/image/image-id.ts";
import type { ImageStatus } from "../../src/image/status.ts";
import { transformListSchema } from "../../src/image/transform.ts";
import type { Variant } from "../../src/image/variant.ts";

/** A database of its own for one test. */
export interface EmptyDatabase {
  readonly url: string;
  readonly drop: () => Promise<void>;
}

export const longLease = 60_000;
/** A lease that has run out when it begins, so that no test waits for a clock. */
export const deadLease = -1_000;

export const corrupt: StoredError = { code: "corrupt_image", message: "It is damaged.", retryable: false };

export const readyThumb: Variant = {
  name: "thumb",
  status: "ready",
  format: "jpeg",
  width: 300,
  height: 300,
  bytes: 15_687,
  sha256: "b".repeat(64),
  key: "processed/thumb.jpg",
};

export const failedLarge: Variant = { name: "large", status: "failed", error: corrupt };

export function newImage(given: Partial<NewImage> = {}): NewImage {
  return {
    id: newImageId(),
    filename: "cat.jpg",
    preset: "default",
    presetVersion: "0123456789ab",
    metadata: { album: "cats", tags: ["a", 1, null] },
    batchId: null,
    callbackUrl: null,
    original: {
      key: "uploads/cat.jpg",
      bytes: 3_240_114,
      sha256: "a".repeat(64),
      format: "jpeg",
      width: 4000,
      height: 3000,
      frames: 1,
      progressive: false,
    },
    transforms: transformListSchema.parse([
      { name: "thumb", width: 300, height: 300 },
      { name: "large", width: 1600, blur: true },
    ]),
    cost: 30,
    ...given,
  };
}

export function newImages(count: number, given: Partial<NewImage> = {}): NewImage[] {
  return Array.from({ length: count }, () => newImage(given));
}

export async function accepted(catalog: Catalog, given: Partial<NewImage> = {}): Promise<ImageRecord> {
  const [record] = await catalog.images.accept([newImage(given)]);
  return present(record);
}

export async function claimed(catalog: Catalog, record: ImageRecord, leaseMs = longLease) {
  const { id, generation } = record;
  return present(await catalog.claims.claim(id, { worker: "worker-1", leaseMs, generation }));
}

export async function finished(catalog: Catalog, record: ImageRecord, status: "done" | "failed" = "done") {
  const outcome =
    status === "done"
      ? { status, variants: [readyThumb], error: null }
      : { status, variants: [failedLarge], error: corrupt };
  return present(await catalog.claims.finish(record.id, record.attempt, outcome));
}

/** An image that has come to a status the way images do. */
export async function imageThatIs(catalog: Catalog, status: ImageStatus): Promise<ImageRecord> {
  const queued = await accepted(catalog);
  if (status === "queued") return queued;
  const processing = await claimed(catalog, queued);
  if (status === "processing") return processing;
  if (status === "cancelled") return present(await catalog.images.cancel(queued.id));
  return await finished(catalog, processing, status);
}

export async function found(catalog: Catalog, id: string): Promise<ImageRecord> {
  const record = await catalog.images.find(id);
  if (record === "gone") throw new Error(`${id} is gone`);
  return present(record);
}

export async function foundBatch(catalog: Catalog, id: string): Promise<BatchRecord> {
  const record = await catalog.batches.find(id);
  if (record === "gone") throw new Error(`${id} is gone`);
  return present(record);
}

export function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error("There should have been something here.");
  return value;
}
