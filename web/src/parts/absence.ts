import type { Image, ImageError } from "../api/call.ts";
import { reasonOf } from "../api/reason.ts";
import { isFinal } from "../live/image-state.ts";
import { words } from "../words.ts";

/** Why a variant is not there, unless the image's own reason already says it. */
export function absence({ status, error: ofAll }: Image, error: ImageError | null): string {
  if (error && error.message !== ofAll?.message) return reasonOf(error);
  return isFinal(status) ? words.value.image.notMade : words.value.image.notMadeYet;
}
