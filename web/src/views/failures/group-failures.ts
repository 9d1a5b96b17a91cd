import type { Image } from "../../api/call.ts";
import { canRetry } from "../../live/image-state.ts";

/** Failed images with the same reason. */
export interface FailureGroup {
  readonly code: string;
  readonly images: readonly Image[];
  /** Those of which a new try can be made: their file, or its address, is still there. */
  readonly retryable: readonly Image[];
}

/** By error code, the largest group first. */
export function groupFailures(images: readonly Image[]): readonly FailureGroup[] {
  const groups = new Map<string, Image[]>();
  for (const image of images) {
    const code = image.error?.code ?? "internal_error";
    const group = groups.get(code);
    if (group) group.push(image);
    else groups.set(code, [image]);
  }
  return [...groups]
    .map(([code, group]) => ({ code, images: group, retryable: group.filter(canRetry) }))
    .sort((a, b) => b.images.length - a.images.length || a.code.localeCompare(b.code));
}
