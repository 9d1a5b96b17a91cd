import { computed } from "@preact/signals";
import { type Address, address, go, hrefOf } from "../address.ts";
import type { ImageFilter } from "../api/batches.ts";

/** Which images the page shows: all, or those of `/?batch=<id>` or `/?image=<id>` (where a plain form is sent to). */
export type Scope = { readonly kind: "all" } | { readonly kind: "batch" | "image"; readonly id: string };

const everything: Scope = { kind: "all" };

export const scope = computed(() => scopeOf(address.value));

export function scopeOf({ view, parameters }: Address): Scope {
  if (view !== "images") return everything;
  const image = parameters.get("image");
  if (image) return { kind: "image", id: image };
  const batch = parameters.get("batch");
  return batch ? { kind: "batch", id: batch } : everything;
}

export function filterOf(of: Scope): ImageFilter {
  if (of.kind === "all") return {};
  return of.kind === "image" ? { id: of.id } : { batchId: of.id };
}

/** Goes to where what is uploaded will be seen. */
export function showEverything(): void {
  if (address.value.view !== "images" || scope.value.kind !== "all") go(hrefOf("images"));
}
