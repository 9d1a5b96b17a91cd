import type { StoredError } from "../errors.ts";
import type { Original } from "../image/original.ts";
import type { Placeholder } from "../image/placeholder.ts";
import type { ImageStatus } from "../image/status.ts";
import type { Transform } from "../image/transform.ts";
import type { Variant } from "../image/variant.ts";

/** An image as the catalog keeps it: the record that everything else is derived from (invariant 2). */
export interface ImageRecord {
  readonly id: string;
  readonly status: ImageStatus;
  /** Raised by a retry or a later phase: names the job in the queue. */
  readonly generation: number;
  /** The fence: raised by claim, cancel and delete; only the newest may write (invariant 4). */
  readonly attempt: number;
  /** Engine faults so far; two fail the image (invariant 6). */
  readonly strikes: number;
  /** How often it was claimed; twenty fail the image. */
  readonly deliveries: number;
  /** Raised by every change of the row: a reader drops what is older than what it has. */
  readonly revision: number;
  /** Its turn in virtual time: smaller runs first. */
  readonly priority: number;
  /** Predicted work of its next phase, in milliseconds: what it costs its batch's share. */
  readonly cost: number;
  readonly filename: string;
  readonly preset: string | null;
  /** Of the preset's content when the image was accepted. */
  readonly presetVersion: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly batchId: string | null;
  readonly callbackUrl: string | null;
  /** Names the API key that it came with; `null` where everybody may ask. */
  readonly client: string | null;
  /** Where the original is fetched from; `null`: it was sent. */
  readonly sourceUrl: string | null;
  /** `null` while a source address is not fetched yet. */
  readonly original: Original | null;
  /** Frozen at accept: a preset that changes later does not change an accepted image. */
  readonly transforms: readonly Transform[];
  readonly variants: readonly Variant[];
  readonly placeholder: Placeholder | null;
  readonly error: StoredError | null;
  readonly worker: string | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly finishedAt: Date | null;
}

export interface NewImage {
  readonly id: string;
  readonly filename: string;
  readonly preset: string | null;
  /** Of the preset's content when the image was accepted. */
  readonly presetVersion: string | null;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly batchId: string | null;
  readonly callbackUrl: string | null;
  readonly client?: string | null;
  readonly original: Original | null;
  /** Given: the original is fetched from there. */
  readonly sourceUrl?: string;
  readonly transforms: readonly Transform[];
  /** Predicted work of its first phase, whole milliseconds. */
  readonly cost: number;
  /** Given: the image is born `failed` with this reason (a bad file among a batch's good ones). */
  readonly error?: StoredError;
}

export interface NewBatch {
  readonly id: string;
  readonly preset: string | null;
  /** Is told when the batch is over. */
  readonly callbackUrl?: string | null;
  readonly client?: string | null;
  readonly presetVersion?: string | null;
}

export interface UncountedBatch {
  readonly id: string;
  readonly preset: string | null;
  readonly presetVersion: string | null;
  /** Frozen when it was opened, for images that are added without a wish of their own; else `null`. */
  readonly transforms: readonly Transform[] | null;
  readonly createdAt: Date;
  /** Images can still be added. */
  readonly isOpen: boolean;
  /** Set when the last of its images became final; a retry takes it away. */
  readonly finishedAt: Date | null;
  readonly cancelledAt: Date | null;
}

export interface BatchRecord extends UncountedBatch {
  /** Derived from the images, never stored. */
  readonly counts: {
    readonly total: number;
    readonly queued: number;
    readonly processing: number;
    readonly done: number;
    readonly failed: number;
    readonly cancelled: number;
  };
}
