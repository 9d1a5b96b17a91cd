import type { FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { type ErrorCode, PixmillError } from "../errors.ts";
import type { UseCases } from "../resize/use-cases.ts";
import { refuseField } from "./problem.ts";
import { maxFormOverheadBytes } from "./upload-limits.ts";

/** Refuses by Content-Length, before a byte is read, what cannot fit: files of `maxBytes` and a form around them. */
export function refuseLongBody(maxBytes: number) {
  return async ({ headers }: FastifyRequest): Promise<void> => {
    if (Number(headers["content-length"] ?? 0) > maxBytes + maxFormOverheadBytes) throw tooLong(maxBytes);
  };
}

/** A raw body is the file itself: its Content-Length is the file's. */
export function refuseLongFile({ headers }: FastifyRequest, maxBytes: number): void {
  if (Number(headers["content-length"] ?? 0) > maxBytes) throw tooLong(maxBytes);
}

/**
 * Refuses with 503, before a byte is read, what would be one upload too many. The last of the checks: from here on the
 * upload counts, until its bytes are here or its answer is sent.
 */
export function admitUpload({ admitUpload: admit }: Pick<UseCases, "admitUpload">) {
  return async ({ raw }: FastifyRequest, reply: FastifyReply): Promise<void> => {
    const leave = admit();
    raw.once("end", leave);
    reply.raw.once("close", leave);
  };
}

export function requireForm(request: FastifyRequest): void {
  if (!request.isMultipart()) throw noFile(request);
}

/** A request without a file, in words that name what came instead. */
export function noFile({ headers }: FastifyRequest): PixmillError {
  const type = headers["content-type"]?.slice(0, 100);
  const seen = type ? `this body says it is ${type}` : "there is no body";
  return refuseField("no_file", "file", `is missing; send it as multipart/form-data: ${seen}`);
}

function tooLong(maxBytes: number): PixmillError {
  return new PixmillError("file_too_large", {
    detail: `The body is longer than is taken; a request may bring ${maxBytes} bytes of files.`,
  });
}

/** What can be wrong with what is wanted of files, and where they go. */
export const wishFailures = [
  "invalid_transform",
  "unknown_preset",
  "already_final",
  "storage_full",
] as const satisfies ErrorCode[];

/** What can be wrong with a file; as one of many it is a failed image of the batch. */
export const fileFailures = [
  "unsupported_format",
  "empty_file",
  "image_too_large",
  "corrupt_image",
] as const satisfies ErrorCode[];

/** What can be wrong with a request that brings files, or their addresses. */
export const batchFailures = [
  "no_file",
  "too_many_files",
  "idempotency_conflict",
  "gone",
  ...wishFailures,
] as const satisfies ErrorCode[];

export const uploadFailures = [...batchFailures, ...fileFailures] as const satisfies ErrorCode[];

/** The form in the OpenAPI document. */
export function formBody(files: "one" | "many", fields: z.ZodRawShape) {
  const file = files === "one" ? z.file() : z.union([z.file(), z.array(z.file())]);
  const form = z.object({ file, ...fields });
  return { content: { "multipart/form-data": { schema: form } } };
}
