import { eachOf } from "../each-of.ts";
import { timeSlices } from "../time-slices.ts";

/**
 * The files of a drop, those in its folders included, in the order of their paths. To be called within the event:
 * after it the browser gives nothing more.
 */
export async function readDropped(transfer: DataTransfer): Promise<File[]> {
  const entries = [...transfer.items]
    .filter(({ kind }) => kind === "file")
    .map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const found: (File | FileSystemFileEntry)[] = [];
  for (const entry of entries) {
    if (entry instanceof File) found.push(entry);
    else if (entry) for (const file of await filesIn(entry)) found.push(file);
  }
  // The browser takes answer after answer within one task, as long as the next is there: for thousands, nothing else
  // moved until the last one. So they are asked for a few at a time, and no more of them for a moment now and then.
  const files: File[] = [];
  const pause = timeSlices();
  await eachOf([...found.entries()], async ([index, entry]) => {
    files[index] = entry instanceof File ? entry : await fileOf(entry);
    await pause();
  });
  // What may not be read is as if it were not there.
  return files.filter(Boolean);
}

async function filesIn(entry: FileSystemEntry): Promise<FileSystemFileEntry[]> {
  if (isFile(entry)) return [entry];
  const children = await childrenOf(entry as FileSystemDirectoryEntry).catch(() => []);
  const found: FileSystemFileEntry[] = [];
  for (const child of children) for (const file of await filesIn(child)) found.push(file);
  return found;
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
