import { timeSlices } from "../time-slices.ts";

/** A file, with what the browser tells of it. It is asked once: each question to a `File` can be a look at the disk. */
export interface GivenFile {
  readonly file: File;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The same for the same file, also after the page was loaded again. */
  readonly key: string;
}

/** Looks at each file, however many there are, without keeping the page. In the order of their paths. */
export async function lookAtFiles(files: readonly File[]): Promise<GivenFile[]> {
  const given: GivenFile[] = [];
  const pause = timeSlices();
  for (const file of files) {
    given.push(lookAt(file));
    await pause();
  }
  return given.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function lookAt(file: File): GivenFile {
  const { name, size } = file;
  return { file, name, size, key: [file.webkitRelativePath || name, size, file.lastModified].join("|") };
}
