import type { Drop } from "./drop.ts";
import type { GivenFile } from "./given-file.ts";

/**
 * `waiting` for its turn, `checking` its first bytes, `sending`; `sent`: it is an image now; `refused`: sending it
 * again is no use; `lost`: it may be; `cancelled` by its person.
 */
export type UploadState = "waiting" | "checking" | "sending" | "sent" | "refused" | "lost" | "cancelled";

/** A file on its way to the service. Changed in place: a copy for every step of thousands would be too slow. */
export interface Upload extends GivenFile {
  readonly id: string;
  readonly drop: Drop;
  state: UploadState;
  /** Bytes that the service has. */
  sent: number;
  /** Why it was refused or lost. */
  reason: string;
}

let made = 0;

export function newUpload(given: GivenFile, drop: Drop): Upload {
  made += 1;
  return { ...given, id: `upload-${made}`, drop, state: "waiting", sent: 0, reason: "" };
}

export function isPending({ state }: Upload): boolean {
  return state === "waiting" || state === "checking" || state === "sending";
}
