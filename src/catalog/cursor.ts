import { PixmillError } from "../errors.ts";
import { isImageId } from "../image/image-id.ts";

/** A page of a list, newest first. `nextCursor` is `null` on the last page. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** The place after the item of this id. */
function cursorAfter(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** The id in a cursor that a client sent back; `invalid_request` when it is not one of ours. */
export function idOfCursor(cursor: string, isId: (text: string) => boolean = isImageId): string {
  const id = Buffer.from(cursor, "base64url").toString();
  if (!isId(id) || cursorAfter(id) !== cursor) {
    throw new PixmillError("invalid_request", {
      fields: [{ field: "cursor", message: "must be the nextCursor of an earlier answer" }],
    });
  }
  return id;
}

/** A page of at most `limit` out of what was asked for with one more: the one more says that there is a next page. */
export function toPage<T extends { readonly id: string }>(items: readonly T[], limit: number): Page<T> {
  const shown = items.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown, nextCursor: items.length > limit && last ? cursorAfter(last.id) : null };
}
