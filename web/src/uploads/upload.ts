import type { Drop } from "./drop.ts";

/**
 * `waiting` for its turn, `checking` its first bytes, `sending`; `sent`: it is an image now; `refused`: sending it
 * again is no use; `lost`: it may be; `cancelled` by its person.
 */
export type UploadState = "waiting" | "checking" | "sending" | "sent" | "refused" | "lost" | "cancelled";

/** A file on its way to the service. Changed in place: a copy for every step of thousands would be too slow. */
export interface Upload {
  readonly id: string;
  readonly file: File;
  /** The same for the same file, also after the page was loaded again. */
  readonly key: string;
  readonly drop: Drop;
  state: UploadState;
  /** Bytes that the service has. */
  sent: number;
  /** Why it was refused or lost. */
  reason: string;
}

let made = 0;

export function newUpload(file: File, drop: Drop): Upload {
  made += 1;
  return { id: `upload-${made}`, file, key: fileKey(file), drop, state: "waiting", sent: 0, reason: "" };
}

/** What a browser tells of a file without reading it. */
export function fileKey(file: File): string {
  return [file.webkitRelativePath || file.name, file.size, file.lastModified].join("|");
}

export function isPending({ state }: Upload): boolean {
  return state === "waiting" || state === "checking" || state === "sending";
}
