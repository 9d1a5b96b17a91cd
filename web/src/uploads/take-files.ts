import { showEverything } from "../live/scope.ts";
import { wish } from "../wish/wish.ts";
import { newDrop } from "./drop.ts";
import { lookAtFiles } from "./given-file.ts";
import { readDropped } from "./read-dropped.ts";
import { goOnWith } from "./resume.ts";
import { newUpload } from "./upload.ts";
import { addUploads } from "./upload-actions.ts";

/** What systems put into folders for themselves. */
const byproduct = /^(?:\..*|Thumbs\.db|desktop\.ini)$/i;

/** The one way in for files, however they were given. */
export async function takeFiles(files: Iterable<File>): Promise<void> {
  const list = [...files].filter(({ name }) => !byproduct.test(name));
  if (list.length === 0) return;
  showEverything();
  const fresh = goOnWith(await lookAtFiles(list));
  const drop = newDrop(wish.peek(), fresh.length);
  addUploads(fresh.map((file) => newUpload(file, drop)));
}

/** Takes what was dropped, with all that is in its folders. */
export async function takeDrop(transfer: DataTransfer): Promise<void> {
  await takeFiles(await readDropped(transfer));
}
