import { thumbHashToDataURL } from "thumbhash";
import type { Image } from "../api/call.ts";

/** A hash becomes a small PNG once: a list is drawn many times. */
const urls = new Map<string, string>();
const keptUrls = 500;

/** What stands in a picture's place until it is there: its ThumbHash as an address, `null` when there is none. */
export function placeholderUrl({ placeholder }: Pick<Image, "placeholder">): string | null {
  if (!placeholder) return null;
  const { thumbhash } = placeholder;
  const known = urls.get(thumbhash);
  if (known !== undefined) return known;
  const url = thumbHashToDataURL(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0)));
  urls.set(thumbhash, url);
  const [oldest] = urls.keys();
  if (urls.size > keptUrls && oldest !== undefined) urls.delete(oldest);
  return url;
}
