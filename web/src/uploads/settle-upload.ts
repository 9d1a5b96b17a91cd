import { announce } from "../announce.ts";
import { words } from "../words.ts";
import { leaveDrop } from "./drop.ts";
import { keepSettled } from "./kept-drops.ts";
import type { Upload } from "./upload.ts";
import { uploadChanged } from "./upload-list.ts";

/** An upload is over: it is told, and its drop has one file less to come, unless a lost one may be tried again. */
export function settleUpload(
  upload: Upload,
  state: "sent" | "refused" | "lost" | "cancelled",
  reason = "",
): void {
  upload.state = state;
  upload.reason = reason;
  uploadChanged(upload);
  const { wasLost, wasRefused, wereLost, wereRefused } = words.peek().uploads;
  if (state === "lost") announce(wasLost(upload.name, reason), wereLost);
  if (state === "refused") announce(wasRefused(upload.name, reason), wereRefused);
  // A lost one may be tried again.
  if (state === "lost") return;
  keepSettled(upload);
  leaveDrop(upload.drop);
}
