import type { Kysely } from "kysely";
import type { Variant } from "../image/variant.ts";
import { toDate } from "./image-row.ts";
import type { Tables } from "./tables.ts";

/** What is collected of an image. */
export interface BatchResult {
  readonly id: string;
  readonly filename: string;
  readonly variants: readonly Variant[];
  /** When it was made, or accepted while more of it is to be made. */
  readonly modifiedAt: Date;
}

/** The images of a batch in the order of their submission, page by page; a small part of each row. */
export async function selectResults(
  db: Kysely<Tables>,
  batchId: string,
  { after, limit }: { readonly after?: string | undefined; readonly limit: number },
): Promise<BatchResult[]> {
  let query = db
    .selectFrom("images")
    .select(["id", "filename", "variants", "created_at", "finished_at"])
    .where("batch_id", "=", batchId)
    .where("deleted_at", "is", null);
  if (after !== undefined) query = query.where("id", ">", after);
  const rows = await query.orderBy("id").limit(limit).execute();
  return rows.map(({ id, filename, variants, created_at, finished_at }) => ({
    id,
    filename,
    variants: JSON.parse(variants),
    modifiedAt: toDate(finished_at ?? created_at),
  }));
}
