/**
 * The one table of everything that can go wrong, as clients see it.
 *
 * `code` is stable for ever; `status` is the HTTP status where a request can meet it, or the status of the
 * request that first shows it; `sentence` is safe to show to anybody (no path, no native message);
 * `retryable` says whether the same work can succeed later without a change.
 */
interface ErrorEntry {
  readonly status: number;
  readonly sentence: string;
  readonly retryable: boolean;
}

export const errorTable = {
  invalid_request: { status: 400, sentence: "The request is not valid.", retryable: false },
  invalid_transform: {
    status: 400,
    sentence: "A variant that was asked for is not valid.",
    retryable: false,
  },
  unknown_preset: { status: 400, sentence: "There is no preset of that name.", retryable: false },
  no_file: { status: 400, sentence: "Send an image in the multipart field `file`.", retryable: false },
  too_many_files: { status: 400, sentence: "Too many files in one request.", retryable: false },
  unauthorized: {
    status: 401,
    sentence: "Send an API key as `Authorization: Bearer <key>`.",
    retryable: false,
  },
  forbidden: { status: 403, sentence: "This is not allowed.", retryable: false },
  bad_signature: { status: 403, sentence: "The signature is not valid.", retryable: false },
  expired_signature: { status: 403, sentence: "The signature has expired.", retryable: false },
  not_found: { status: 404, sentence: "There is nothing here.", retryable: false },
  not_ready: { status: 404, sentence: "This variant is not made yet.", retryable: true },
  method_not_allowed: { status: 405, sentence: "This address does not take that method.", retryable: false },
  request_timeout: { status: 408, sentence: "The request came too slowly.", retryable: true },
  idempotency_conflict: {
    status: 409,
    sentence: "This Idempotency-Key was used with another request.",
    retryable: false,
  },
  upload_offset_conflict: {
    status: 409,
    sentence: "The upload does not stand at that offset; ask with HEAD where it stands.",
    retryable: true,
  },
  already_final: { status: 409, sentence: "The image is already final.", retryable: false },
  gone: { status: 410, sentence: "This was deleted.", retryable: false },
  precondition_failed: {
    status: 412,
    sentence: "A precondition of the request does not hold.",
    retryable: false,
  },
  file_too_large: { status: 413, sentence: "The file is larger than this service takes.", retryable: false },
  unsupported_format: {
    status: 415,
    sentence: "The bytes are not of an image format that this service reads.",
    retryable: false,
  },
  unsupported_encoding: {
    status: 415,
    sentence: "Send the body without Content-Encoding.",
    retryable: false,
  },
  range_not_satisfiable: { status: 416, sentence: "The range lies outside the file.", retryable: false },
  empty_file: { status: 422, sentence: "The file is empty.", retryable: false },
  image_too_large: {
    status: 422,
    sentence: "The picture has more pixels or frames than this service takes.",
    retryable: false,
  },
  corrupt_image: { status: 422, sentence: "The picture is damaged and cannot be decoded.", retryable: false },
  upload_locked: { status: 423, sentence: "Another request is writing this upload.", retryable: true },
  rate_limited: { status: 429, sentence: "Too many requests.", retryable: true },
  engine_crashed: { status: 500, sentence: "The picture crashed the engine.", retryable: true },
  engine_timeout: { status: 500, sentence: "The picture took longer than the deadline.", retryable: true },
  out_of_memory: { status: 500, sentence: "The picture needed more memory than allowed.", retryable: true },
  source_unreachable: { status: 502, sentence: "The source address did not give the file.", retryable: true },
  source_forbidden: { status: 403, sentence: "The source address is not allowed.", retryable: false },
  original_missing: { status: 500, sentence: "The original is no longer in storage.", retryable: false },
  storage_error: { status: 503, sentence: "Storage could not be read or written.", retryable: true },
  internal_error: { status: 500, sentence: "Something went wrong inside the service.", retryable: true },
  overloaded: { status: 503, sentence: "The service cannot take more work just now.", retryable: true },
  storage_full: { status: 507, sentence: "Storage is full.", retryable: true },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof errorTable;

/** A bad field of a request: where (`variants[0].width`) and what to do about it. */
export interface FieldError {
  readonly field: string;
  readonly message: string;
}

/** What is kept of a failure with an image, and shown as its `error`. */
export interface StoredError {
  readonly code: ErrorCode;
  readonly message: string;
  readonly retryable: boolean;
}

interface PixmillErrorOptions {
  /** A sentence for the client, more exact than the table's. Never a path, never a native message. */
  readonly detail?: string;
  readonly fields?: readonly FieldError[];
  /** Seconds, for `Retry-After`. */
  readonly retryAfter?: number;
  /** What really happened: for the log only. */
  readonly cause?: unknown;
}

/** An expected failure with a code of the table. Anything else that is thrown is a bug: `internal_error`. */
export class PixmillError extends Error {
  override readonly name = "PixmillError";
  readonly code: ErrorCode;
  readonly fields: readonly FieldError[];
  readonly retryAfter: number | undefined;

  constructor(code: ErrorCode, options: PixmillErrorOptions = {}) {
    super(options.detail ?? errorTable[code].sentence, { cause: options.cause });
    this.code = code;
    this.fields = options.fields ?? [];
    this.retryAfter = options.retryAfter;
  }

  get status(): number {
    return errorTable[this.code].status;
  }

  get retryable(): boolean {
    return errorTable[this.code].retryable;
  }
}

/** Any thrown value as an error of the table; a stranger becomes `internal_error` with itself as the cause. */
export function toPixmillError(error: unknown): PixmillError {
  return error instanceof PixmillError ? error : new PixmillError("internal_error", { cause: error });
}

/** The part of an error that is kept in the catalog. */
export function toStoredError(error: PixmillError): StoredError {
  return { code: error.code, message: error.message, retryable: error.retryable };
}
