import type { StoredError } from "../errors.ts";
import type { OutputFormat } from "./format.ts";

/** What is known of a variant that was made. `width` and `height` are pixels, `bytes` the file's size. */
interface MadeVariant {
  readonly format: OutputFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** Lower-case hex of the file's content: the strong ETag. */
  readonly sha256: string;
  /** Of the content, for archives. Absent: made before it was noted. */
  readonly crc32?: number;
  /** Where it lies in storage. */
  readonly key: string;
  /** Of the preset's content that it was made by. Absent: it was asked for without a preset. */
  readonly presetVersion?: string;
}

/** One of an image's variants. An image is `done` when none is pending and at least one is ready. */
export type Variant =
  | { readonly name: string; readonly status: "pending" }
  | ({ readonly name: string; readonly status: "ready" } & MadeVariant)
  | { readonly name: string; readonly status: "failed"; readonly error: StoredError };
