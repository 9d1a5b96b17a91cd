import type { UploadWish } from "../resize/finish-upload.ts";
import { submitOptions } from "./upload-fields.ts";

/**
 * What the `Upload-Metadata` of a resumable upload asks for. Keys that we do not know are nobody's fault: Uppy
 * sends everything that it knows about a file, and calls its name `name`. Rejects as `submitOptions` does.
 */
export function uploadWish(metadata: Readonly<Record<string, string | null>>, client: string): UploadWish {
  const { filename, name, preset, variants, callbackUrl, batchId, dedupe } = metadata;
  const given = filename ?? name;
  return {
    ...(given !== null && given !== undefined && { filename: given }),
    options: submitOptions({ preset, variants, callbackUrl, batchId, dedupe }, client),
  };
}
