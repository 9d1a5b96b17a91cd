import { z } from "zod";
import { wholeNumber } from "./query.ts";

const usualLimit = 50;

/** What every list takes beside its filters. */
export const pageQuery = {
  limit: wholeNumber(1, 200).optional(),
  cursor: z.string().max(200).optional(),
};

interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** A page of a list in the OpenAPI document. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), nextCursor: z.string().nullable() });
}

/** A filter as the catalog takes it: with a limit. */
export function limited<Query extends { readonly limit?: number | undefined }>(query: Query) {
  return { ...query, limit: query.limit ?? usualLimit };
}

/** A page of records as clients see it. */
export function pageView<T, View>({ items, nextCursor }: Page<T>, view: (record: T) => View) {
  return { items: items.map((record) => view(record)), nextCursor };
}
