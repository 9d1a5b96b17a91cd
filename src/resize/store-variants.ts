import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { ImageRecord } from "../catalog/image-record.ts";
import type { RenderedFile, RenderResult } from "../engine/image-engine.ts";
import { PixmillError, toStoredError } from "../errors.ts";
import type { Variant } from "../image/variant.ts";
import { onDisk } from "../storage/disk-fault.ts";
import { adopt } from "../storage/files.ts";
import { variantKey } from "../storage/object-key.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/**
 * Moves what the engine made from the work folder into storage, each file whole, and says what became of every
 * variant of the image. The engine's word is checked: a file whose size is another is not published.
 */
export async function storeVariants(
  { storage }: Pick<ResizeDependencies, "storage">,
  record: ImageRecord,
  folder: string,
  result: RenderResult,
): Promise<readonly Variant[]> {
  const news = new Map<string, Variant>();
  for (const rendered of result.rendered) {
    news.set(rendered.name, await storeVariant(storage, record, folder, rendered));
  }
  for (const { name, error } of result.failed) {
    news.set(name, { name, status: "failed", error: toStoredError(new PixmillError(error)) });
  }
  return record.variants.map((variant) => news.get(variant.name) ?? variant);
}

async function storeVariant(
  storage: ResizeDependencies["storage"],
  record: ImageRecord,
  folder: string,
  { name, file, ...facts }: RenderedFile,
): Promise<Variant> {
  const { bytes, format } = facts;
  const path = join(folder, file);
  const { size } = await onDisk(stat(path));
  if (size !== bytes || size === 0) {
    throw new PixmillError("storage_error", { cause: new Error(`result has ${size} bytes, not ${bytes}`) });
  }
  const { id: imageId, filename, attempt, presetVersion } = record;
  const key = variantKey({ imageId, filename, variant: name, attempt, format });
  await adopt(storage, path, key);
  const made = { name, status: "ready", ...facts, key } as const;
  return presetVersion === null ? made : { ...made, presetVersion };
}
