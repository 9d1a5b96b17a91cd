import { z } from "zod";
import { transformListSchema } from "../image/transform.ts";
import { maxVariants } from "../image/variant-bounds.ts";
import type { SubmitOptions } from "../resize/submit-options.ts";
import { refusalOf } from "./invalid-fields.ts";
import { refuseField } from "./problem.ts";

/** Whether there is such a preset or batch, and whether the address may be called, the use case says. */
const preset = z.string().min(1).max(100).optional();
const batchId = z.string().max(100).optional().describe("Of an open batch that is added to");
const callbackUrl = z
  .string()
  .min(1)
  .optional()
  .describe("Gets a signed POST when the image, or the batch, is final (docs/webhooks.md)");
const dedupeHelp =
  "`true`: when the same bytes were given the same transforms before, that image is the answer, and nothing is stored, " +
  "unless a variant of it failed for a reason that can pass. Only for single files that are sent";

/** What can be said of a batch beside its files, as text: in a form. */
export const batchTextFields = {
  preset,
  variants: z.string().optional().describe("A JSON list of Transform"),
  callbackUrl,
  batchId,
};

/** What can be said of an image beside its file, as text: in a form, or in the query of a raw upload. */
export const textFields = {
  ...batchTextFields,
  dedupe: z.string().optional().describe(dedupeHelp),
};

export const uploadFieldNames: readonly string[] = Object.keys(textFields);

/** The same as JSON. */
export const batchJsonFields = { ...batchTextFields, variants: transformListSchema.optional() };
export const jsonFields = { ...batchJsonFields, dedupe: z.boolean().optional().describe(dedupeHelp) };

/** As they are read: a form and a query have only text. */
const readSchema = z.object({
  preset,
  callbackUrl,
  batchId,
  dedupe: z
    .literal([true, false, "true", "false"], "must be true or false")
    .transform((given) => given === true || given === "true")
    .optional(),
});

/** The fields as they come; `variants` may already be parsed where the part says it is JSON. */
type GivenFields = { readonly [Name in keyof typeof textFields]?: unknown };

/** What `client` asks for. Rejects with `invalid_transform` or `invalid_request`, naming the field. */
export function submitOptions({ variants, ...given }: GivenFields, client: string): SubmitOptions {
  const parsed = readSchema.safeParse(given);
  if (!parsed.success) throw refusalOf(parsed.error, { schema: readSchema, code: "invalid_request" });
  return {
    ...parsed.data,
    ...(variants !== undefined && { variants: parseVariants(variants) }),
    ...(client !== "" && { client }),
  };
}

function parseVariants(given: unknown) {
  const list = typeof given === "string" ? parseJson(given) : given;
  // A body of megabytes can hold millions, and each would be looked at before the schema counts them.
  if (Array.isArray(list) && list.length > maxVariants) {
    throw refuseField("invalid_transform", "variants", `must hold at most ${maxVariants} variants`);
  }
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
