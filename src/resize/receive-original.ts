import { displayName } from "../image/filename.ts";
import { checkLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import { readHeader } from "../image/read-header.ts";
import { type StagedFile, stageFile } from "../storage/staged-file.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** A file that has come in whole and whose header was judged. It is not accepted yet: `discard` undoes it. */
export interface ReceivedOriginal extends Omit<StagedFile<ImageHeader>, "facts"> {
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
  const { facts: header, ...staged } = await stageFile(content, {
    folder: workFolders.stagingFolder,
    maxBytes: maxFileBytes,
    inspect: async (read, bytes) => {
      const found = await readHeader(read, bytes);
      checkLimits(found, limits);
      return found;
    },
  });
  return { ...staged, filename: displayName(name), header };
}
