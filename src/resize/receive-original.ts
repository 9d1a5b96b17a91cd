import { open } from "node:fs/promises";
import { displayName } from "../image/filename.ts";
import { checkLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import { readHeader } from "../image/read-header.ts";
import { type StagedFile, stageFile } from "../storage/staged-file.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** A file that has come in whole and whose header was judged. It is not accepted yet: `discard` undoes it. */
export interface ReceivedOriginal extends StagedFile {
  readonly filename: string;
  readonly header: ImageHeader;
}

type Needs = Pick<ResizeDependencies, "workFolders" | "maxFileBytes" | "limits">;

/**
 * Streams an upload to the staging folder and reads its header by ranged reads (a TIFF's directory may come
 * last). Rejects with `file_too_large`, `empty_file`, `unsupported_format`, `image_too_large`, `corrupt_image`
 * or `storage_full`, and then leaves nothing behind.
 */
export async function receiveOriginal(
  { workFolders, maxFileBytes, limits }: Needs,
  content: AsyncIterable<Uint8Array>,
  name: string | undefined,
): Promise<ReceivedOriginal> {
  const staged = await stageFile(content, { folder: workFolders.stagingFolder, maxBytes: maxFileBytes });
  try {
    const header = await headerOf(staged);
    checkLimits(header, limits);
    return { ...staged, discard: () => staged.discard(), filename: displayName(name), header };
  } catch (error) {
    await staged.discard();
    throw error;
  }
}

async function headerOf(staged: StagedFile): Promise<ImageHeader> {
  const file = await open(staged.path, "r");
  try {
    const read = async (start: number, length: number) => {
      const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, start);
      return buffer.subarray(0, bytesRead);
    };
    return await readHeader(read, staged.bytes);
  } finally {
    await file.close();
  }
}
