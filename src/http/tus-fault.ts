import { type ErrorCode, PixmillError } from "../errors.ts";
import { diskFault } from "../storage/disk-fault.ts";
import type { Failure } from "./describe-route.ts";
import { ExactFault } from "./fastify-faults.ts";
import { fileFailures, wishFailures } from "./upload-body.ts";

const byStatus: Readonly<Record<number, ErrorCode>> = {
  404: "not_found",
  409: "upload_offset_conflict",
  410: "gone",
  412: "precondition_failed",
  413: "file_too_large",
};

/** What can be wrong with the requests of the tus protocol: the first, */
export const beginFailures: readonly Failure[] = [
  "gone",
  "precondition_failed",
  "idempotency_conflict",
  ...wishFailures,
  ...fileFailures,
];
/** those on an upload that is there, */
export const ongoingFailures: readonly Failure[] = [
  "not_found",
  "gone",
  "precondition_failed",
  "upload_locked",
];
/** those that may find it whole, and make the image, */
export const finishingFailures: readonly Failure[] = [...ongoingFailures, ...wishFailures, ...fileFailures];
/** and those that bring bytes. */
export const sendFailures: readonly Failure[] = [
  ...finishingFailures,
  "upload_offset_conflict",
  { status: 415, code: "invalid_request" },
];

/** A refusal of the tus library in our words. `thrown`: what it was made of, where it is known. */
export async function faultOfTus(response: Response, thrown: unknown): Promise<unknown> {
  const fault = diskFault(thrown);
  // Our own rules, a full disk, and bugs. The library's refusals are plain objects.
  if (fault instanceof Error && !isOfTus(fault)) return fault;
  const { status } = response;
  const code = byStatus[status];
  if (code) return new PixmillError(code);
  const detail = ((await response.text()) || "The request is not valid.").trim().split("\n", 1)[0] ?? "";
  // 501, for what is not supported, would look like a failure of the service.
  const error = new PixmillError("invalid_request", { detail });
  return status < 500 ? new ExactFault(error, status === 403 ? 400 : status) : error;
}

function isOfTus(error: Error): boolean {
  return "status_code" in error;
}
