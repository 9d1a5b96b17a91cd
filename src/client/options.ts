import type { Retry } from "./connection.ts";
import type { Image, TransformInput } from "./schema.ts";

export interface Wanted {
  readonly filename?: string | undefined;
  readonly preset?: string | undefined;
  readonly variants?: readonly TransformInput[] | undefined;
  readonly callbackUrl?: string | undefined;
  /** Of an open batch that the image is added to. */
  readonly batchId?: string | undefined;
}

export interface UploadOptions extends Wanted {
  /** Answer with the earlier image when the same bytes were given the same variants. */
  readonly dedupe?: boolean | undefined;
  /** One is made when none is given: a try whose answer was lost makes no second image. */
  readonly idempotencyKey?: string | undefined;
  /** Other than the client's. */
  readonly retry?: Retry | undefined;
  /** Milliseconds for one try; ten minutes when not given. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface SourceOptions extends Wanted {
  /** Shown with the image. */
  readonly metadata?: Readonly<Record<string, unknown>> | undefined;
  readonly idempotencyKey?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface Stoppable {
  readonly signal?: AbortSignal | undefined;
}

export interface ImageFilter {
  readonly status?: Image["status"];
  readonly batchId?: string;
  readonly limit?: number;
  readonly cursor?: string;
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
