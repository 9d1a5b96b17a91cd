import { leaveDrop } from "./drop.ts";
import { keepDrop, keepSettled } from "./kept-drops.ts";
import { emptyQueue, enqueue, resumeSending, stopSending } from "./pump.ts";
import { settleUpload } from "./settle-upload.ts";
import { isPending, type Upload } from "./upload.ts";
import {
  dropProblems,
  listUploads,
  paused,
  pendingUploads,
  relistUploads,
  uploadFacts,
} from "./upload-list.ts";

/** Files of one drop, to be sent in their order. */
export function addUploads(uploads: readonly Upload[]): void {
  const [first] = uploads;
  if (!first) return;
  keepDrop(first.drop, uploads);
  listUploads(uploads);
  enqueue(uploads);
}

/** Sends those that were lost again. */
export function retryUploads(uploads: readonly Upload[]): void {
  const again = uploads.filter(({ state }) => state === "lost");
  for (const upload of again) Object.assign(upload, { state: "waiting", sent: 0, reason: "" });
  relistUploads(again);
  enqueue(again);
}

/** Takes what was refused or lost off the list. */
export function dismissUploads(uploads: readonly Upload[]): void {
  for (const upload of uploads) {
    const wasLost = upload.state === "lost";
    upload.state = "cancelled";
    if (!wasLost) continue;
    keepSettled(upload);
    leaveDrop(upload.drop);
  }
  dropProblems(uploads);
}

/** Stops an upload that is not over. */
export function cancelUpload(upload: Upload): void {
  if (!isPending(upload)) return;
  const wasSending = upload.state === "sending";
  settleUpload(upload, "cancelled");
  if (wasSending) stopSending(upload);
}

/** The batch takes no more files: those that are still to come into it are cancelled, and not asked for again. */
export function cancelUploadsOf(batchId: string): void {
  for (const upload of pendingUploads()) if (upload.drop.batchId === batchId) cancelUpload(upload);
  dismissUploads(uploadFacts.peek().problems.filter(({ drop }) => drop.batchId === batchId));
}

export function cancelAll(): void {
  emptyQueue();
  for (const upload of pendingUploads()) cancelUpload(upload);
  if (paused.peek()) resumeSending();
}
