import { displayName } from "../image/filename.ts";
import type { RangeReader } from "../image/header-bytes.ts";
import { checkLimits } from "../image/limits.ts";
import type { ImageHeader } from "../image/original.ts";
import { readHeader } from "../image/read-header.ts";
import { type StagedFile, stageFile, stageLink } from "../storage/staged-file.ts";
import type { PendingUpload } from "../storage/upload-folder.ts";
import type { ResizeDependencies } from "./dependencies.ts";

/** A file that has come in whole and whose header was judged. It is not accepted yet: `discard` undoes it. */
export interface ReceivedOriginal extends Omit<StagedFile<ImageHeader>, "facts"> {
  readonly filename: string;
  readonly header: ImageHeader;
  /** The image's id, where it was told to the client before the file came. */
  readonly id?: string;
}

type Needs = Pick<ResizeDependencies, "workFolders" | "maxFileBytes" | "limits"> & {
  /** Throws when there is no room for more, before and while the file comes. */
  readonly checkRoom?: () => void;
};

/**
 * Streams an upload to the staging folder and reads its header by ranged reads (a TIFF's directory may come
 * last). Rejects with `file_too_large`, `empty_file`, `unsupported_format`, `image_too_large`, `corrupt_image`
 * or `storage_full`, and then leaves nothing behind.
 */
export async function receiveOriginal(
  needs: Needs,
  content: AsyncIterable<Uint8Array>,
  name: string | undefined,
): Promise<ReceivedOriginal> {
  const { facts: header, ...staged } = await stageFile(content, staging(needs));
  return { ...staged, filename: displayName(name), header };
}

/** As `receiveOriginal`, for a file that came in over many requests. It stays where it is. */
export async function receiveUploaded(
  needs: Needs,
  { id, path }: Pick<PendingUpload, "id" | "path">,
  name: string | undefined,
): Promise<ReceivedOriginal> {
  const { facts: header, ...staged } = await stageLink(path, staging(needs));
  return { ...staged, filename: displayName(name), header, id };
}

function staging({ workFolders, maxFileBytes, limits, checkRoom = () => {} }: Needs) {
  return {
    checkRoom,
    folder: workFolders.stagingFolder,
    maxBytes: maxFileBytes,
    inspect: async (read: RangeReader, bytes: number) => {
      const found = await readHeader(read, bytes, limits);
      checkLimits(found, limits);
      return found;
    },
  };
}
