import { imageSize } from "image-size";
import type { Format } from "./format.ts";
import { corrupt } from "./header-bytes.ts";

/** Pixels by the `image-size` parser, for formats that keep them in their first bytes. */
export function parsedSize(head: DataView, format: Format): { width: number; height: number } {
  // A copy: the parser reads through the underlying buffer and would see past the end of a view.
  const bytes = new Uint8Array(head.buffer, head.byteOffset, head.byteLength).slice();
  try {
    const { width, height, type } = imageSize(bytes);
    if (type === format) return { width, height };
  } catch {
    // The parser's own words are of no use to a client.
  }
  throw corrupt("The header of the picture is damaged.");
}
