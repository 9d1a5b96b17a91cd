import { signal } from "@preact/signals";

/** Which images the page shows: `/`, `/?batch=<id>` or `/?image=<id>` (where a plain form is sent to). */
export type Scope = { readonly kind: "all" } | { readonly kind: "batch" | "image"; readonly id: string };

const everything: Scope = { kind: "all" };

export const scope = signal<Scope>(everything);

export function parseScope(search: string): Scope {
  const parameters = new URLSearchParams(search);
  const image = parameters.get("image");
  if (image) return { kind: "image", id: image };
  const batch = parameters.get("batch");
  return batch ? { kind: "batch", id: batch } : everything;
}

/** Follows the address bar, back and forward included. */
export function followAddress(): void {
  const adopt = () => {
    scope.value = parseScope(location.search);
  };
  adopt();
  addEventListener("popstate", adopt);
}

/** Leaves a batch's or an image's own view: what is uploaded here would not be seen in it. */
export function showEverything(): void {
  if (scope.value.kind === "all") return;
  history.pushState(null, "", location.pathname);
  scope.value = everything;
}
