import { showEverything } from "../live/scope.ts";
import { wish } from "../wish/wish.ts";
import { newDrop } from "./drop.ts";
import { readDropped } from "./read-dropped.ts";
import { goOnWith } from "./resume.ts";
import { newUpload } from "./upload.ts";
import { addUploads } from "./upload-actions.ts";

/** What systems put into folders for themselves. */
const byproduct = /^(?:\..*|Thumbs\.db|desktop\.ini)$/i;

/** Browsers give a folder's files in whatever order; people look for them in that of their names. */
const collator = new Intl.Collator(undefined, { numeric: true });
const byPath = (a: File, b: File) => collator.compare(a.webkitRelativePath, b.webkitRelativePath);

/** The one way in for files, however they were given. */
export function takeFiles(files: Iterable<File>): void {
  const list = [...files].filter(({ name }) => !byproduct.test(name)).sort(byPath);
  if (list.length === 0) return;
  showEverything();
  const fresh = goOnWith(list);
  const drop = newDrop(wish.peek(), fresh.length);
  addUploads(fresh.map((file) => newUpload(file, drop)));
}

/** Takes what was dropped, with all that is in its folders. */
export async function takeDrop(transfer: DataTransfer): Promise<void> {
  takeFiles(await readDropped(transfer));
}
