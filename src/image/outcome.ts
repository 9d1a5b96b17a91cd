import type { StoredError } from "../errors.ts";
import type { Variant } from "./variant.ts";

/** An image that was claimed this often and never ended is ended: something about it, or around it, ends every try. */
export const maxDeliveries = 20;

/** How an image ends. */
export interface Ending {
  readonly status: "done" | "failed";
  readonly variants: readonly Variant[];
  /** Why nothing of it is ready; `null` when something is: what then failed says so itself. */
  readonly error: StoredError | null;
}

/**
 * What an image is when nothing more is made of it: `done` when at least one variant is ready, else `failed`, and
 * none is pending in either. `reason`: why it ends before all is made; variants that still wait fail with it.
 */
export function endingOf(variants: readonly Variant[], reason: StoredError | null): Ending {
  const ended = variants.map((variant): Variant => {
    if (variant.status !== "pending" || !reason) return variant;
    return { name: variant.name, status: "failed", error: reason };
  });
  if (ended.some(({ status }) => status === "ready")) return { status: "done", variants: ended, error: null };
  return { status: "failed", variants: ended, error: reason ?? firstError(ended) };
}

function firstError(variants: readonly Variant[]): StoredError | null {
  for (const variant of variants) if (variant.status === "failed") return variant.error;
  return null;
}
