import { PixmillError } from "../errors.ts";

/** What an object store says when its room is used up: AWS has no such limit, others have. */
const noRoom = new Set(["QuotaExceeded", "XMinioStorageFull", "XMinioAdminBucketQuotaExceeded"]);

/** A request's fault in name only: its bytes were changed on the way, or came too slowly. */
const passing = new Set([
  "BadDigest",
  "IncompleteBody",
  "InvalidDigest",
  "RequestTimeout",
  "RequestTimeTooSkewed",
  "XAmzContentSHA256Mismatch",
]);

/** An answer that stopped, as it was noticed on this side. */
export class S3Interrupted extends Error {}

/** An answer that is whole, but not what was stored. */
export class S3Changed extends S3Interrupted {}

/** An error of S3, or of the way to it, as one of our table, with itself as the cause. Strangers come back as they are. */
export function s3Fault(error: unknown): unknown {
  if (!isRequestError(error)) return error;
  const isFull = noRoom.has(error.name) || statusOf(error) === 507;
  return new PixmillError(isFull ? "storage_full" : "storage_error", { cause: error });
}

/** Whether the same request can succeed in a moment: not when S3 has understood and refused it. */
export function isPassing(error: unknown): boolean {
  if (!isRequestError(error)) return false;
  const status = statusOf(error);
  if (passing.has(error.name) || status === undefined) return error.name !== "CredentialsProviderError";
  return status === 408 || status === 429 || status < 400 || (status >= 500 && status !== 507);
}

/** The HTTP status of S3's answer; `undefined` when there was none. */
export function statusOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !("$metadata" in error)) return undefined;
  const { httpStatusCode } = error.$metadata as { readonly httpStatusCode?: number };
  return httpStatusCode;
}

/** Said by S3, by the client, or by a socket; a mistake of our own is none of them. */
function isRequestError(error: unknown): error is Error {
  if (!(error instanceof Error) || error instanceof PixmillError) return false;
  if (error instanceof S3Interrupted || "$metadata" in error || "$fault" in error) return true;
  if (["AbortError", "CredentialsProviderError", "TimeoutError"].includes(error.name)) return true;
  return "code" in error && typeof error.code === "string" && !error.code.startsWith("ERR_INVALID");
}
