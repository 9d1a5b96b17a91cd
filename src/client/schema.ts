/*
 * What the service says and takes, as types. Made from the schemas of its OpenAPI document (/openapi.json) by
 * `npm run docs`: change the schemas in src/http, not these lines.
 */

export interface TransformInput {
  name: string;
  width?: number;
  height?: number;
  fit?: "cover" | "contain" | "fill" | "inside" | "outside";
  position?:
    | "centre"
    | "top"
    | "right top"
    | "right"
    | "right bottom"
    | "bottom"
    | "left bottom"
    | "left"
    | "left top"
    | "attention"
    | "entropy";
  enlarge?: boolean;
  format?: "keep" | "jpeg" | "png" | "webp" | "gif" | "avif";
  quality?: number;
  background?: string;
  metadata?: "strip" | "copyright" | "keep";
  grayscale?: boolean;
  blur?: boolean | number;
  sharpen?: boolean | number;
}
export interface Transform {
  name: string;
  width?: number;
  height?: number;
  fit?: "cover" | "contain" | "fill" | "inside" | "outside";
  position:
    | "centre"
    | "top"
    | "right top"
    | "right"
    | "right bottom"
    | "bottom"
    | "left bottom"
    | "left"
    | "left top"
    | "attention"
    | "entropy";
  enlarge: boolean;
  format: "keep" | "jpeg" | "png" | "webp" | "gif" | "avif";
  quality?: number;
  background?: string;
  metadata: "strip" | "copyright" | "keep";
  grayscale: boolean;
  blur?: boolean | number;
  sharpen?: boolean | number;
}
export interface ImageError {
  code:
    | "invalid_request"
    | "invalid_transform"
    | "unknown_preset"
    | "no_file"
    | "too_many_files"
    | "unauthorized"
    | "forbidden"
    | "bad_signature"
    | "expired_signature"
    | "not_found"
    | "not_ready"
    | "method_not_allowed"
    | "request_timeout"
    | "idempotency_conflict"
    | "upload_offset_conflict"
    | "already_final"
    | "gone"
    | "precondition_failed"
    | "file_too_large"
    | "unsupported_format"
    | "unsupported_encoding"
    | "range_not_satisfiable"
    | "empty_file"
    | "image_too_large"
    | "corrupt_image"
    | "upload_locked"
    | "rate_limited"
    | "engine_crashed"
    | "engine_timeout"
    | "out_of_memory"
    | "source_unreachable"
    | "source_forbidden"
    | "original_missing"
    | "storage_error"
    | "internal_error"
    | "overloaded"
    | "storage_full";
  message: string;
  retryable: boolean;
}
export interface Variant {
  name: string;
  status: "pending" | "ready" | "failed";
  format: ("jpeg" | "png" | "webp" | "gif" | "avif") | null;
  width: number | null;
  height: number | null;
  bytes: number | null;
  url: string | null;
  /**
   * Of the preset's content that it was made by
   */
  presetVersion: string | null;
  error: ImageError | null;
}
export interface Image {
  id: string;
  status: "queued" | "processing" | "done" | "failed" | "cancelled";
  filename: string;
  batchId: string | null;
  preset: string | null;
  presetVersion: string | null;
  metadata: {
    [k: string]: unknown;
  };
  original: {
    format: "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "tiff" | "svg";
    /**
     * Pixels, EXIF orientation applied
     */
    width: number;
    height: number;
    bytes: number;
    sha256: string;
    url: string;
  } | null;
  variants: Variant[];
  placeholder: {
    thumbhash: string;
    color: string;
  } | null;
  error: ImageError | null;
  attempt: number;
  /**
   * Raised by every change: drop what is older than what you have
   */
  revision: number;
  worker: string | null;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
}
export interface Batch {
  id: string;
  /**
   * `open`: images can be added; `cancelled`: its images that were not final were cancelled
   */
  status: "open" | "running" | "done" | "cancelled";
  counts: {
    total: number;
    queued: number;
    processing: number;
    done: number;
    failed: number;
    cancelled: number;
  };
  preset: string | null;
  createdAt: string;
  finishedAt: string | null;
  /**
   * The first 100
   */
  images?: Image[];
}
export interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  code:
    | "invalid_request"
    | "invalid_transform"
    | "unknown_preset"
    | "no_file"
    | "too_many_files"
    | "unauthorized"
    | "forbidden"
    | "bad_signature"
    | "expired_signature"
    | "not_found"
    | "not_ready"
    | "method_not_allowed"
    | "request_timeout"
    | "idempotency_conflict"
    | "upload_offset_conflict"
    | "already_final"
    | "gone"
    | "precondition_failed"
    | "file_too_large"
    | "unsupported_format"
    | "unsupported_encoding"
    | "range_not_satisfiable"
    | "empty_file"
    | "image_too_large"
    | "corrupt_image"
    | "upload_locked"
    | "rate_limited"
    | "engine_crashed"
    | "engine_timeout"
    | "out_of_memory"
    | "source_unreachable"
    | "source_forbidden"
    | "original_missing"
    | "storage_error"
    | "internal_error"
    | "overloaded"
    | "storage_full";
  requestId: string;
  errors?: {
    field: string;
    message: string;
  }[];
}
export interface NotReady {
  type: string;
  title: string;
  status: number;
  detail: string;
  code:
    | "invalid_request"
    | "invalid_transform"
    | "unknown_preset"
    | "no_file"
    | "too_many_files"
    | "unauthorized"
    | "forbidden"
    | "bad_signature"
    | "expired_signature"
    | "not_found"
    | "not_ready"
    | "method_not_allowed"
    | "request_timeout"
    | "idempotency_conflict"
    | "upload_offset_conflict"
    | "already_final"
    | "gone"
    | "precondition_failed"
    | "file_too_large"
    | "unsupported_format"
    | "unsupported_encoding"
    | "range_not_satisfiable"
    | "empty_file"
    | "image_too_large"
    | "corrupt_image"
    | "upload_locked"
    | "rate_limited"
    | "engine_crashed"
    | "engine_timeout"
    | "out_of_memory"
    | "source_unreachable"
    | "source_forbidden"
    | "original_missing"
    | "storage_error"
    | "internal_error"
    | "overloaded"
    | "storage_full";
  requestId: string;
  errors?: {
    field: string;
    message: string;
  }[];
  ready: boolean;
  dependencies: {
    name: string;
    ready: boolean;
    detail?: string;
  }[];
}
export interface Preset {
  name: string;
  /**
   * Another content is another version
   */
  version: string;
  variants: Transform[];
}
export interface Level {
  name: "disk" | "inodes" | "redis" | "catalog" | "uploads";
  /**
   * 0 is empty, 1 is full
   */
  used: number;
  /**
   * From here on the effect holds
   */
  limit: number;
  /**
   * What is done above the limit
   */
  effect: string | null;
}
export interface Queue {
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  oldestWaitingMs: number | null;
  throughputPerMinute: number;
  /**
   * How full what uploads fill is, as far as it can be told
   */
  levels: Level[];
}
export interface Setting {
  /**
   * The variable of the environment
   */
  name: string;
  /**
   * As it was written, secrets hidden; null when there is none
   */
  value: string | null;
  source: "default" | "environment" | "flag";
  /**
   * What it means
   */
  sentence: string;
}
export interface Limits {
  maxFileBytes: number;
  /**
   * Width × height
   */
  maxPixels: number;
  /**
   * Pixels
   */
  maxSide: number;
  maxFrames: number;
  /**
   * What is read; the bytes decide, never the name
   */
  formats: {
    name: "jpeg" | "png" | "webp" | "gif" | "avif" | "heic" | "tiff" | "svg";
    mime: string;
    extension: string;
  }[];
}
export interface Settings {
  settings: Setting[];
  limits: Limits;
}
export interface DeliveryAttempt {
  at: string;
  durationMs: number;
  /**
   * Of the answer; null when there was none
   */
  statusCode: number | null;
  /**
   * Why it is no acknowledgement; null when it is one
   */
  error: string | null;
}
export interface Delivery {
  /**
   * The `webhook-id` of every attempt
   */
  id: string;
  type: string;
  imageId: string | null;
  batchId: string | null;
  url: string;
  /**
   * `pending` until a 2xx (`delivered`) or until it is given up (`failed`)
   */
  status: "pending" | "delivered" | "failed";
  /**
   * Oldest first
   */
  attempts: DeliveryAttempt[];
  /**
   * null when it is not pending
   */
  nextAttemptAt: string | null;
  createdAt: string;
  endedAt: string | null;
  /**
   * The body, as it was when the image or the batch ended
   */
  payload: {
    type: string;
    timestamp: string;
    data: unknown;
  };
}
export interface Worker {
  id: string;
  host: string;
  startedAt: string;
  lastSeenAt: string;
  /**
   * Images that it works on at once, at most
   */
  concurrency: number;
  /**
   * Images that it works on now
   */
  active: number;
  /**
   * Since the worker's process started
   */
  done: number;
  /**
   * Since the worker's process started
   */
  failed: number;
  /**
   * Of the originals of images that it ended
   */
  megapixels: number;
}
