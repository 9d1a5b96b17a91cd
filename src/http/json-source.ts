import { z } from "zod";
import type { SourceItem, SubmitOptions } from "../resize/submit-options.ts";
import { refusalOf } from "./invalid-fields.ts";
import { jsonFields, submitOptions } from "./upload-fields.ts";

/** Characters of an address; what servers and proxies take ends near here. */
const maxUrlLength = 8_000;
/** Characters of metadata as JSON, and how deep it may lie. */
const maxMetadataLength = 16_384;
const maxMetadataDepth = 32;

const metadataSchema = z
  .record(z.string(), z.unknown())
  .refine((value) => fits(value, maxMetadataDepth), `may be nested ${maxMetadataDepth} deep`)
  .refine(
    // Never asked of what is too deep: to write that out would take the whole stack.
    (value) => !fits(value, maxMetadataDepth) || JSON.stringify(value).length <= maxMetadataLength,
    `may be ${maxMetadataLength} characters of JSON`,
  );

/** One image by address, as a JSON body says it. */
export const sourceSchema = z.strictObject({
  source: z.strictObject({
    url: z.string().min(1).max(maxUrlLength).describe("http or https; fetched by a worker"),
  }),
  filename: z.string().max(1_000).optional().describe("By default the last segment of the address"),
  metadata: metadataSchema.optional().describe("Any JSON object, shown with the image"),
});

/** The body of `POST /v1/images` when it is JSON. What stands beside the source is as in a form, as JSON itself. */
export const jsonImageSchema = sourceSchema.extend(jsonFields).meta({
  examples: [
    {
      source: { url: "https://example.com/cat.jpg" },
      variants: [{ name: "small", width: 320, format: "webp" }],
      metadata: { album: "cats" },
    },
  ],
});

/** As it is read: the variants are looked at as a form's are, whose faults have a code of their own. */
const readSchema = jsonImageSchema.extend({ variants: z.unknown().optional() });

/** Names each bad field. */
export function readJsonImage(
  body: unknown,
  client: string,
): { readonly source: SourceItem; readonly options: SubmitOptions } {
  const parsed = readSchema.safeParse(body);
  if (!parsed.success) throw refusalOf(parsed.error, { schema: jsonImageSchema, code: "invalid_request" });
  return { source: sourceItem(parsed.data), options: submitOptions(parsed.data, client) };
}

export function sourceItem({ source, filename, metadata }: z.output<typeof sourceSchema>): SourceItem {
  return { url: source.url, filename, metadata };
}

function fits(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => fits(inner, depth - 1));
}
