import { STATUS_CODES } from "node:http";
import { errorTable, type FieldError, PixmillError } from "../errors.ts";

export const problemType = "application/problem+json";

/** What every failed request is answered with (RFC 9457). */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  /** One of `errorTable`: what a program should look at. */
  readonly code: string;
  readonly requestId: string;
  readonly errors?: readonly FieldError[];
}

/**
 * The answer to a failed request. `status` is given where HTTP has a more exact number than the code's own
 * (a 431 is an `invalid_request`).
 */
export function problemOf(error: PixmillError, requestId: string, status: number = error.status): Problem {
  return {
    type: "about:blank",
    title: STATUS_CODES[status] ?? "Error",
    status,
    // What went wrong inside is for the log: a stranger's message may hold a path or a native error.
    detail: error.code === "internal_error" ? errorTable.internal_error.sentence : error.message,
    code: error.code,
    requestId,
    ...(error.fields.length > 0 && { errors: error.fields }),
  };
}

/** A refusal that names one field; `detail` repeats it for people who read only that. */
export function refuseField(
  code: "invalid_request" | "invalid_transform" | "no_file" | "too_many_files",
  field: string,
  message: string,
): PixmillError {
  return new PixmillError(code, { detail: sentenceOf({ field, message }), fields: [{ field, message }] });
}

export function sentenceOf({ field, message }: FieldError): string {
  return `${field || "body"}: ${message}${message.endsWith("?") ? "" : "."}`;
}
