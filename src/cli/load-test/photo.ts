import { readFile } from "node:fs/promises";
import { findPictures } from "../find-pictures.ts";

/** A file to upload. */
export interface Photo {
  /** What the report calls it: the path of a file, or the name of a generated photo. */
  readonly name: string;
  /** Read for each upload, so that memory holds no more photos than are on their way. */
  read(): Promise<Uint8Array<ArrayBuffer>>;
}

/** The pictures of a folder, sorted. Rejects in one sentence when there is none. */
export async function photosOf(folder: string): Promise<Photo[]> {
  const { pictures, missing } = await findPictures([folder]);
  const nothing = missing[0];
  if (nothing) throw new Error(`nothing to upload: ${nothing.argument}: ${nothing.reason}`);
  return pictures.map((path) => ({
    name: path,
    read: async () => new Uint8Array(await readFile(path)),
  }));
}
