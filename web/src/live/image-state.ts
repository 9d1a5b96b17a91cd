import type { Image, ImageStatus } from "../api/call.ts";

export function isFinal(status: ImageStatus): boolean {
  return status === "done" || status === "failed" || status === "cancelled";
}

/**
 * Whether a new try can be made: its file, or its address, is still there. A file that was refused at the door was
 * not kept; one that is fetched by its address can be fetched again.
 */
export function canRetry({ status, original, error }: Image): boolean {
  if (status !== "failed" && status !== "cancelled") return false;
  return original !== null || status === "cancelled" || (error?.code.startsWith("source_") ?? false);
}
