/** A file, with what the browser tells of it. It is asked once: each question to a `File` can be a look at the disk. */
export interface GivenFile {
  readonly file: File;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** The same for the same file, also after the page was loaded again. */
  readonly key: string;
}

/** Milliseconds until the page may answer its person again. */
const sliceMs = 8;

/** Looks at each file, however many there are, without keeping the page. In the order of their paths. */
export async function lookAtFiles(files: readonly File[]): Promise<GivenFile[]> {
  const given: GivenFile[] = [];
  let sliceEnd = performance.now() + sliceMs;
  for (const file of files) {
    given.push(lookAt(file));
    if (performance.now() < sliceEnd) continue;
    await new Promise((resolve) => setTimeout(resolve));
    sliceEnd = performance.now() + sliceMs;
  }
  return given.sort((a, b) => (a.key < b.key ? -1 : 1));
}

function lookAt(file: File): GivenFile {
  const { name, size } = file;
  return { file, name, size, key: [file.webkitRelativePath || name, size, file.lastModified].join("|") };
}
