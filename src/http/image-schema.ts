import { z } from "zod";
import { type ErrorCode, errorTable } from "../errors.ts";
import { formats, outputFormats } from "../image/format.ts";
import { imageStatuses } from "../image/status.ts";

/** The documents of the API, for the OpenAPI page and for the compiler. */

export const time = z.iso.datetime();
export const codes = z.enum(Object.keys(errorTable) as [ErrorCode, ...ErrorCode[]]);

const storedError = z
  .object({ code: codes, message: z.string(), retryable: z.boolean() })
  .meta({ id: "ImageError" });

const variantSchema = z
  .object({
    name: z.string(),
    status: z.enum(["pending", "ready", "failed"]),
    format: z.enum(outputFormats).nullable(),
    width: z.int().nullable(),
    height: z.int().nullable(),
    bytes: z.int().nullable(),
    url: z.string().nullable(),
    presetVersion: z.string().nullable().describe("Of the preset's content that it was made by"),
    error: storedError.nullable(),
  })
  .meta({ id: "Variant" });

export const imageSchema = z
  .object({
    id: z.string(),
    status: z.enum(imageStatuses),
    filename: z.string(),
    batchId: z.string().nullable(),
    preset: z.string().nullable(),
    presetVersion: z.string().nullable(),
    metadata: z.record(z.string(), z.unknown()),
    original: z
      .object({
        format: z.enum(formats),
        width: z.int().describe("Pixels, EXIF orientation applied"),
        height: z.int(),
        bytes: z.int(),
        sha256: z.string(),
        url: z.string(),
      })
      .nullable(),
    variants: z.array(variantSchema),
    placeholder: z.object({ thumbhash: z.string(), color: z.string() }).nullable(),
    error: storedError.nullable(),
    attempt: z.int(),
    revision: z.int().describe("Raised by every change: drop what is older than what you have"),
    worker: z.string().nullable(),
    createdAt: time,
    startedAt: time.nullable(),
    finishedAt: time.nullable(),
  })
  .meta({ id: "Image" });

export type ImageView = z.output<typeof imageSchema>;
export type VariantView = z.output<typeof variantSchema>;
