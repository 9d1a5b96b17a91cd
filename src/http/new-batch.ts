import { z } from "zod";
import { PixmillError, toStoredError } from "../errors.ts";
import { inParallel } from "../in-parallel.ts";
import type { BatchItem, SubmitOptions } from "../resize/submit-options.ts";
import { refusalOf } from "./invalid-fields.ts";
import { sourceItem, sourceSchema } from "./json-source.ts";
import { refuseField } from "./problem.ts";
import { batchJsonFields, submitOptions } from "./upload-fields.ts";
import { maxListItems } from "./upload-limits.ts";

const listSchema = z.strictObject({
  images: z.array(sourceSchema).min(1).max(maxListItems),
  ...batchJsonFields,
});
const openSchema = z.strictObject({ open: z.literal(true), ...batchJsonFields }).omit({ batchId: true });

/** A batch as JSON: a list of addresses, or an open one that files are added to later. */
export const newBatchSchema = z.union([listSchema, openSchema]).meta({
  examples: [
    {
      images: [
        { source: { url: "https://example.com/cat.jpg" } },
        { source: { url: "https://example.com/dog.jpg" } },
      ],
    },
    { open: true, preset: "default" },
  ],
});

/** As they are read: items one by one, and the variants as a form's are, whose faults have a code of their own. */
const readOpenSchema = openSchema.extend({ variants: z.unknown().optional() });
const readListSchema = listSchema.extend({
  variants: z.unknown().optional(),
  images: z.array(z.unknown()).min(1),
});
/** What tells a bad item from others: each where it is good itself. */
const { filename, metadata } = sourceSchema.shape;
const tellingSchema = z
  .object({ filename: filename.catch(undefined), metadata: metadata.catch(undefined) })
  .catch({ filename: undefined, metadata: undefined });

type NewBatch =
  | { readonly items: readonly BatchItem[]; readonly options: SubmitOptions }
  | { readonly options: SubmitOptions };

/** Names each bad field of the whole; a bad item of the list refuses nothing but itself. */
export async function readNewBatch(body: unknown, client: string): Promise<NewBatch> {
  const opens = typeof body === "object" && body !== null && "open" in body;
  const [schema, readSchema] = opens ? [openSchema, readOpenSchema] : [listSchema, readListSchema];
  const parsed = readSchema.safeParse(body ?? {});
  if (!parsed.success) throw refusalOf(parsed.error, { schema, code: "invalid_request" });
  const { images, open: _open, ...given } = parsed.data as Record<string, unknown>;
  const options = submitOptions(given, client);
  if (!Array.isArray(images)) return { options };
  if (images.length > maxListItems) {
    throw refuseField(
      "too_many_files",
      "images",
      `holds more than ${maxListItems}; open a batch and add to it`,
    );
  }
  return { options, items: await inParallel(images, 1, toItem) };
}

async function toItem(given: unknown, index: number): Promise<BatchItem> {
  const parsed = sourceSchema.safeParse(given);
  if (parsed.success) return sourceItem(parsed.data);
  const refusal = refusalOf(parsed.error, {
    schema: sourceSchema,
    code: "invalid_request",
    root: `images[${index}]`,
  });
  const error = toStoredError(new PixmillError("invalid_request", { detail: refusal.message }));
  const { filename = "", metadata } = tellingSchema.parse(given);
  return { filename, metadata, error };
}
