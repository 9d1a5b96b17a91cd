import { effect } from "@preact/signals";
import { announce } from "../announce.ts";
import { words } from "../words.ts";
import { uploadFacts } from "./upload-list.ts";

/** Tells those who cannot see the bar each quarter of what several files are sent, and the end. */
export function announceProgress(): void {
  let files = 0;
  let told = 0;
  effect(() => {
    const facts = uploadFacts.value;
    const { sentFiles, allOver } = words.peek().uploads;
    if (facts.pending.length === 0) {
      if (files > 1) announce(allOver(files));
      files = 0;
      told = 0;
      return;
    }
    files = facts.files;
    const quarter = Math.floor((4 * facts.settledFiles) / files);
    if (quarter > told) announce(sentFiles(facts.settledFiles, files));
    told = quarter;
  });
}
