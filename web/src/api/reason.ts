import { words } from "../words.ts";
import type { ImageError } from "./call.ts";

/** Why there is no image, in a few words of the page's language; in the service's own where it has none. */
export function reasonOf({ code, message }: Pick<ImageError, "code" | "message">): string {
  return words.value.failures.reasons[code]?.title ?? message;
}
