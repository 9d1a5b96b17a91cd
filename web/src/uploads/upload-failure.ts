import type { DetailedError } from "tus-js-client";
import { failureOf } from "../api/call.ts";
import { type RequestFailure, unreachable } from "../api/problem.ts";

/** What of the protocol itself passes by itself: another request is just writing, or wrote more than was known here. */
const passingCodes = new Set(["upload_locked", "upload_offset_conflict"]);

/** Why a request of an upload failed. `status`: of the answer, 0 or `undefined` when none came. */
export function failureOfAnswer(status: number | undefined, body: string | undefined): RequestFailure {
  return status ? failureOf(status, body ?? "") : unreachable();
}

export function failureOfRequest({
  originalResponse,
}: Pick<DetailedError, "originalResponse">): RequestFailure {
  return failureOfAnswer(originalResponse?.getStatus(), originalResponse?.getBody());
}

/**
 * Whether the same request can succeed later. tus-js-client takes every 409 for a conflict that passes; a batch that
 * was closed meanwhile is one that stays.
 */
export function passes({ retryable, code }: RequestFailure): boolean {
  return retryable || passingCodes.has(code);
}
