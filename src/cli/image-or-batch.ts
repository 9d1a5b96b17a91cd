import { type Batch, type Image, type PixmillClient, RequestFailure } from "../client/index.ts";
import { megabytes, visible } from "./output.ts";

/** What an id leads to. */
export type Found = { readonly image: Image } | { readonly batch: Batch };

interface Needs {
  readonly client: PixmillClient;
  readonly signal: AbortSignal;
}

/** Ids of images and of batches look alike: an image is asked for first. Rejects in one sentence when it is neither. */
export async function findById(id: string, { client, signal }: Needs): Promise<Found> {
  try {
    return { image: await client.get(id, { signal }) };
  } catch (error) {
    if (!isUnknown(error)) throw error;
  }
  try {
    return { batch: await client.batches.get(id, { signal }) };
  } catch (error) {
    throw isUnknown(error) ? new Error(`there is no image and no batch ${visible(id)}`) : error;
  }
}

/** What a program reads of it, and what a person does. */
export function jsonOf(found: Found): Image | Batch {
  return "image" in found ? found.image : found.batch;
}

export function textOf(found: Found, url: string): string {
  return "image" in found ? imageText(found.image, url) : batchText(found.batch);
}

/** Whether it ended well. */
export function isGood(found: Found): boolean {
  if ("image" in found) return found.image.status === "done";
  const { status, counts } = found.batch;
  return status === "done" && counts.failed === 0 && counts.cancelled === 0;
}

/** The image in a line, and a line for each variant that is made or could not be. */
export function imageText({ id, status, filename, variants, error }: Image, url: string): string {
  const lines = [`${id}  ${status}  ${visible(filename)}`];
  if (error) lines.push(`  ${visible(error.message)} (${error.code})`);
  for (const { name, width, height, format, bytes, url: path, ...variant } of variants) {
    if (variant.error) lines.push(`  ${name}: ${visible(variant.error.message)} (${variant.error.code})`);
    if (variant.status !== "ready" || bytes === null) continue;
    lines.push(`  ${name}  ${width}×${height} ${format}  ${megabytes(bytes)}  ${url}${path}`);
  }
  return lines.join("\n");
}

/** The batch in a line. */
export function batchText({ id, status, counts }: Batch): string {
  const { total, ...rest } = counts;
  const parts = Object.entries(rest).flatMap(([word, count]) => (count > 0 ? `${count} ${word}` : []));
  const images = `${total} ${total === 1 ? "image" : "images"}`;
  return `${id}  ${status}  ${[images, ...parts].join(", ")}`;
}

function isUnknown(error: unknown): boolean {
  return error instanceof RequestFailure && error.code === "not_found";
}
