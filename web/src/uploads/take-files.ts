import { showEverything } from "../live/scope.ts";
import { words } from "../words.ts";
import { addFiles, addRefused } from "./uploads.ts";

/** The one way in for files, however they were given. */
export function takeFiles(files: Iterable<File>): void {
  const list = [...files];
  if (list.length === 0) return;
  showEverything();
  addFiles(list);
}

/** Takes what was dropped. A folder comes as a file that cannot be read, so it is told apart here. */
export function takeDrop(transfer: DataTransfer): void {
  const files: File[] = [];
  for (const item of transfer.items) {
    const file = item.kind === "file" ? item.getAsFile() : null;
    if (!file) continue;
    if (item.webkitGetAsEntry()?.isDirectory) addRefused(file, words.value.intake.isFolder);
    else files.push(file);
  }
  takeFiles(files);
}
