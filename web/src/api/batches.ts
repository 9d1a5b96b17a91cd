import type { Batch } from "../../../src/client/schema.ts";
import { act, getImage, type Image, read, serviceUrl } from "./call.ts";
import { type Page, withQuery } from "./page.ts";

export type { Batch };

const listed = 50;

const batchPath = (id: string) => `/v1/batches/${encodeURIComponent(id)}`;

/** Throws `RequestFailure`, as every call here. */
export function listBatches(cursor?: string, signal?: AbortSignal): Promise<Page<Batch>> {
  return read(withQuery("/v1/batches", { limit: listed, cursor }), signal);
}

export function getBatch(id: string, signal?: AbortSignal): Promise<Batch> {
  return read(batchPath(id), signal);
}

export function cancelBatch(id: string): Promise<void> {
  return act("POST", `${batchPath(id)}/cancel`);
}

/** Its failed images are tried again. */
export function retryBatch(id: string): Promise<void> {
  return act("POST", `${batchPath(id)}/retry`);
}

/** It takes no more images. */
export function closeBatch(id: string): Promise<void> {
  return act("POST", `${batchPath(id)}/close`);
}

export function deleteBatch(id: string): Promise<void> {
  return act("DELETE", batchPath(id));
}

/** Where the ZIP of its ready variants is. */
export function archiveUrl(id: string): string {
  return serviceUrl(`${batchPath(id)}/archive`);
}

export interface ImageFilter {
  /** Of this one alone. */
  readonly id?: string | undefined;
  readonly status?: Image["status"] | undefined;
  readonly batchId?: string | undefined;
}

interface PageWanted {
  /** At most 200. */
  readonly limit: number;
  readonly cursor?: string | null | undefined;
}

export async function pageOfImages(
  { id, ...filter }: ImageFilter,
  { limit, cursor }: PageWanted,
  signal?: AbortSignal,
): Promise<Page<Image>> {
  if (id) return { items: [await getImage(id, signal)], nextCursor: null };
  return read(withQuery("/v1/images", { ...filter, limit, cursor }), signal);
}
