import type { ImageRecord } from "../catalog/image-record.ts";
import type { Variant } from "../image/variant.ts";
import type { ImageView, VariantView } from "./image-schema.ts";

/** An image as clients see it: no key, no storage, nothing of the queue. What is not known yet is `null`. */
export function imageView(record: ImageRecord): ImageView {
  const { id, original } = record;
  return {
    id,
    status: record.status,
    filename: record.filename,
    batchId: record.batchId,
    preset: record.preset,
    presetVersion: record.presetVersion,
    metadata: record.metadata,
    original: original && {
      format: original.format,
      width: original.width,
      height: original.height,
      bytes: original.bytes,
      sha256: original.sha256,
      url: `/v1/images/${id}/original`,
    },
    variants: record.variants.map((variant) => variantView(id, variant)),
    placeholder: record.placeholder,
    error: record.error,
    attempt: record.attempt,
    revision: record.revision,
    worker: record.worker,
    createdAt: record.createdAt.toISOString(),
    startedAt: record.startedAt?.toISOString() ?? null,
    finishedAt: record.finishedAt?.toISOString() ?? null,
  };
}

function variantView(imageId: string, variant: Variant): VariantView {
  const { name, status } = variant;
  if (status !== "ready") {
    const error = status === "failed" ? variant.error : null;
    const unknown = { format: null, width: null, height: null, bytes: null, url: null, presetVersion: null };
    return { name, status, ...unknown, error };
  }
  // The hash makes the address change with the content, so that it can be cached for ever.
  const url = `/v1/images/${imageId}/variants/${name}?v=${contentTag(variant.sha256)}`;
  const { format, width, height, bytes, presetVersion = null } = variant;
  return { name, status, format, width, height, bytes, url, presetVersion, error: null };
}

/** The part of a content hash that addresses carry. */
export function contentTag(sha256: string): string {
  return sha256.slice(0, 12);
}
