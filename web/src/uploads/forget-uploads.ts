import { giveUpInterrupted } from "./resume.ts";
import { cancelAll, dismissUploads } from "./upload-actions.ts";
import { uploadFacts } from "./upload-list.ts";

/** Whoever comes next to this browser shall see nothing of these files, and send none of them. */
export function forgetUploads(): void {
  cancelAll();
  dismissUploads(uploadFacts.peek().problems);
  giveUpInterrupted();
}
