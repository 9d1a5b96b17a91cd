import { z } from "zod";
import { transformListSchema } from "../image/transform.ts";
import type { SubmitOptions } from "../resize/submit-options.ts";
import { refusalOf } from "./invalid-fields.ts";
import { refuseField } from "./problem.ts";

/** What can be said beside the file, in a form or in the query of a raw upload. */
export const uploadFieldNames: readonly string[] = ["preset", "variants", "batchId", "callbackUrl", "dedupe"];

/** Whether there is such a batch, the use case says. */
const batchName = z.string().max(100);
const presetName = z.string().min(1).max(100);
/** Whether it may be called, the use case says. */
const callbackAddress = z.string().min(1);

/** A form and a query have only text. */
const trueOrFalse = z
  .literal([true, false, "true", "false"], "must be true or false")
  .transform((given) => given === true || given === "true");

/** The fields as text, as they come; `variants` may already be parsed where the part says it is JSON. */
interface GivenFields {
  readonly preset?: unknown;
  readonly variants?: unknown;
  readonly batchId?: unknown;
  readonly callbackUrl?: unknown;
  readonly dedupe?: unknown;
}

/** Rejects with `invalid_transform` or `invalid_request`, naming the field. Presets are judged by the use case. */
export function submitOptions(given: GivenFields): SubmitOptions {
  return {
    ...(given.preset !== undefined && { preset: parse(presetName, given.preset, "preset") }),
    ...(given.variants !== undefined && { variants: parseVariants(given.variants) }),
    ...(given.callbackUrl !== undefined && {
      callbackUrl: parse(callbackAddress, given.callbackUrl, "callbackUrl"),
    }),
    ...(given.dedupe !== undefined && { dedupe: parse(trueOrFalse, given.dedupe, "dedupe") }),
    ...(given.batchId !== undefined && { batchId: parse(batchName, given.batchId, "batchId") }),
  };
}

function parseVariants(given: unknown) {
  const list = typeof given === "string" ? parseJson(given) : given;
  const result = transformListSchema.safeParse(list);
  if (result.success) return result.data;
  throw refusalOf(result.error, { schema: transformListSchema, code: "invalid_transform", root: "variants" });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw refuseField(
      "invalid_transform",
      "variants",
      'is not valid JSON; an example: [{"name":"small","width":200}]',
    );
  }
}

function parse<T>(schema: z.ZodType<T>, value: unknown, field: string): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw refusalOf(result.error, { schema, code: "invalid_request", root: field });
}
