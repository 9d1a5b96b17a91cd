/**
 * The files of a drop, those in its folders included, in the order of their paths. To be called within the event:
 * after it the browser gives nothing more.
 */
export async function readDropped(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found = await Promise.all(entries.map((entry) => (entry instanceof File ? [entry] : filesOf(entry))));
  return found.flat();
}

async function filesOf(entry: FileSystemEntry | null): Promise<File[]> {
  if (!entry) return [];
  try {
    if (isFile(entry)) return [await fileOf(entry)];
    const children = await childrenOf(entry as FileSystemDirectoryEntry);
    return (await Promise.all(children.map(filesOf))).flat();
  } catch {
    // What may not be read is as if it were not there.
    return [];
  }
}

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

async function fileOf(entry: FileSystemFileEntry): Promise<File> {
  const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
  // A folder that was chosen has its paths; one that was dropped is given them, so that both are the same files.
  const path = entry.fullPath.replace(/^\//, "");
  if (path !== file.name) Object.defineProperty(file, "webkitRelativePath", { value: path });
  return file;
}

/** A browser gives a hundred at a time, and none when it is through. */
async function childrenOf(entry: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = entry.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all.sort((a, b) => (a.name < b.name ? -1 : 1));
    all.push(...some);
  }
}
